"""From instance to networkx graph of cities, and to legs and routes as arrays."""

from __future__ import annotations

from netdesign.network.candidates import CandidateRoutes as CandidateRoutes
from netdesign.network.candidates import best_routes as best_routes
from netdesign.network.candidates import candidate_routes as candidate_routes
from netdesign.network.candidates import couples_commodities as couples_commodities
from netdesign.network.candidates import number_of_candidates as number_of_candidates
from netdesign.network.candidates import permitted_routes as permitted_routes
from netdesign.network.graph import city_graph as city_graph
from netdesign.network.legs import Network as Network
from netdesign.network.legs import build_network as build_network
from netdesign.network.routes import RouteCosts as RouteCosts
from netdesign.network.routes import check_routes as check_routes
from netdesign.network.routes import price_routes as price_routes
