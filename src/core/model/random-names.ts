/** Words for the names of runs whose client gave none. */
const ADJECTIVES = words(`
  agile amber ample azure balmy bold brave breezy bright brisk calm candid cheery civil clear clever coastal
  cosmic cozy crisp curious dapper deft eager early earnest easy fair fancy fast fluent fond free fresh gentle
  glad golden grand green handy happy hardy hazel hearty honest humble icy ideal indigo jolly jovial keen kind
  lively loyal lucid lucky lunar mellow merry mighty mild misty modest neat nimble noble novel olive open patient
  placid plucky polite prime proud quick quiet rapid ready regal robust rosy royal rustic sage serene sharp shiny
  silent silver sincere smooth snug solar solid spry stable steady sunny swift tidy tranquil true upbeat valiant
  vast verdant vivid warm wise witty young zesty
`);

const NOUNS = words(`
  acorn alder anchor aspen atoll badger basin bay beacon beaver birch bison brook canyon cedar cliff clover comet
  condor coral cove crane creek cypress dale dawn delta dolphin dune eagle egret elm falcon fern finch fjord
  forest fox galaxy garden geyser glacier glade grove gull harbor hare hawk heath heron hill ibis island ivy jay
  juniper kelp kestrel kite koala lagoon lake lark laurel lemur lichen lily lotus lynx maple marten meadow mesa
  meteor moon moss nebula newt oak oasis ocelot orbit orchid osprey otter owl panda peak pebble pelican pine
  planet plover pond poplar prairie puffin quail quartz rain raven reef ridge river robin rowan sable seal shore
  sparrow spring spruce star stork stream summit swan tern thicket thistle tide trail trout tulip tundra valley
  violet walnut warbler wave willow wolf wren yak yew zebra
`);

/** Such as `brisk-otter-417`. Readable, not unique. */
export function randomName(): string {
  return `${pick(ADJECTIVES)}-${pick(NOUNS)}-${Math.floor(Math.random() * 1000)}`;
}

function pick(list: readonly string[]): string {
  return list[Math.floor(Math.random() * list.length)] ?? "";
}

function words(text: string): string[] {
  return text.trim().split(/\s+/);
}
