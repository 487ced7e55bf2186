const ADJECTIVES = (
  "able agile amber ancient bold brave breezy bright brisk calm candid careful clever cosmic crimson curious daring dapper " +
  "eager early earnest elegant fair fearless fleet fond gentle gilded glad golden graceful handy happy hardy honest humble " +
  "icy ideal jolly keen kind lively loyal lucky lunar mellow merry mighty modest neat nimble noble patient placid polite " +
  "proud quick quiet rapid rare rustic serene sharp silent silver sleek smart smooth solar steady stoic sturdy sunny swift " +
  "tidy tranquil trusty upbeat valiant vivid warm wise witty zesty"
).split(" ");

const NOUNS = (
  "ant badger bear beaver bee bison bobcat crane cricket crow deer dolphin dove duck eagle elk falcon ferret finch fox frog " +
  "gnu goat goose gull hare hawk hen heron horse ibis jay kite koala lark lemur lion lizard llama lynx magpie mole moose moth " +
  "mouse newt orca otter owl ox panda perch pika pony quail rabbit ram raven robin salmon seal shark sheep shrew skunk sloth " +
  "snail sparrow squid stag stork swan tapir tern tiger toad trout turtle vole walrus wasp whale wolf wren yak zebra"
).split(" ");

/** A name for what came without one: `adjective-noun-number`, the number from 0 to 999. Not unique. */
export function randomName(): string {
  return `${anyOf(ADJECTIVES)}-${anyOf(NOUNS)}-${Math.floor(Math.random() * 1000)}`;
}

function anyOf(words: readonly string[]): string {
  return words[Math.floor(Math.random() * words.length)] ?? "";
}
