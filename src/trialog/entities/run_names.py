"""Names for runs and logged models that were given none: an adjective, an animal and a number, at most 20 letters."""

from random import SystemRandom

# ruff: noqa: SIM905  written as a list, each word would take a line

_ADJECTIVES = (
    "able agile amber ample apt bold brave brief bright brisk calm candid careful casual clean clear clever cosmic "
    "crisp curious daring dapper deft eager earnest exact fair fancy fast fine fluent fond frank fresh gentle glad "
    "golden grand happy hardy honest humble jolly keen kind lively loyal lucid lucky mellow merry mighty mild "
    "modest neat nimble noble patient placid plucky polite proud quick quiet rapid rare sharp silent silver simple "
    "smooth snug sober spry steady stellar stoic sturdy subtle sunny swift tidy tranquil true upbeat valiant vivid "
    "warm wise witty zesty"
).split()
_ANIMALS = (
    "ant ape bat bear bee bison boar bream carp cat clam cod colt conch cow crab crane crow cub deer dingo dog dove "
    "drake duck eagle eel egret elk elver emu ermine falcon fawn ferret finch fish flea fly foal fox frog gnat gnu "
    "goat goose grouse grub gull hare hawk hen heron hog horse hound ibis jay kit kite koala koi lamb lark lemur "
    "lion lynx magpie mare marten midge mink mole moose moth mouse mule newt okapi orca oriole otter owl ox panda "
    "perch pig pika pony puma quail ram rat raven rook salmon seal shad shark sheep shrew shrike skunk sloth slug "
    "smelt snail snake snipe sow squid stag stoat stork swan tapir tern toad trout vole wasp whale wolf worm wren "
    "yak zebra"
).split()


def generate_name() -> str:
    """Return a random name such as `brisk-heron-417`."""
    # Not seeded by whoever seeds what he draws: two runs of one script have two names.
    draw = SystemRandom()
    return f"{draw.choice(_ADJECTIVES)}-{draw.choice(_ANIMALS)}-{draw.randrange(1000)}"
