// Places with their names, and each hub with a colour and a shape that are its own in all plans.

// Apart for the colour-blind by lightness too; the shape says the same without any colour.
const HUB_COLOURS = [
  "#b35806",
  "#542788",
  "#1b7837",
  "#c51b7d",
  "#2166ac",
  "#7f6a00",
  "#8c2d04",
  "#35978f",
  "#5a5a5a",
  "#e08214",
];
const HUB_SHAPES = [
  d3.symbolCircle,
  d3.symbolSquare,
  d3.symbolTriangle,
  d3.symbolDiamond,
  d3.symbolCross,
  d3.symbolStar,
  d3.symbolWye,
];
const NO_HUB = { colour: "#6b7480", shape: d3.symbolCircle };

/** Return what the places of the page are called and how their hubs are drawn. */
function placesOf(data) {
  const { places } = data;
  const looks = new Map();
  for (const plan of data.plans) {
    for (const hub of plan.hubs) if (!hub.is_centre && !looks.has(hub.place)) looks.set(hub.place, lookOf(looks.size));
  }
  return {
    count: places.id.length,
    id: (place) => places.id[place],
    name: (place) => places.name[place] || places.id[place],
    title: (place) => titleOf(places.name[place], places.id[place]),
    short: (place) => titleOf(places.short[place], places.id[place]),
    isKnown: (place) => places.lon[place] !== null && places.lat[place] !== null,
    point: (place) => [places.lon[place], places.lat[place]],
    kind: (place) => places.kind[place],
    isCity: (place) => places.kind[place] === "city",
    isOverseas: (place) => places.kind[place] === "overseas",
    status: (place) => places.status[place],
    look: (place) => looks.get(place) || NO_HUB,
  };
}

function titleOf(name, id) {
  return name && name !== id ? `${name} (${id})` : id;
}

/** Return the look of a hub: as ten colours and seven shapes have no common divisor, seventy hubs differ. */
function lookOf(number) {
  return { colour: HUB_COLOURS[number % HUB_COLOURS.length], shape: HUB_SHAPES[number % HUB_SHAPES.length] };
}

/** Return the outline of a shape of so many square pixels. */
function shapePath(shape, area) {
  return d3.symbol(shape, area)();
}

/** Put the mark of a look into a legend; hollow stands for late. */
function lookMark(look, isHollow = false) {
  return (drawing) =>
    drawing.append(
      svg("path", {
        d: shapePath(look.shape, 62),
        transform: `translate(${MARK / 2},${MARK / 2})`,
        fill: isHollow ? "#fff" : look.colour,
        stroke: look.colour,
        "stroke-width": 1.6,
      }),
    );
}
