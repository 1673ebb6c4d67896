// §10: what clock and target a block must have, and §8.2: what work that is.

const EASIEST_SHIFT = 256n;
const HARDEST = 2n ** 192n - 1n;

const least = (one, other) => (one < other ? one : other);
const most = (one, other) => (one > other ? one : other);

// Division toward minus infinity, by a positive number.
const floorDivide = (value, by) => {
  const quotient = value / by;
  return value % by < 0n ? quotient - 1n : quotient;
};

const isFixed = (parameters) => parameters.half_life === 0n;

// How many half-lives of lateness can ease the first target at all.
const halvingsToFirst = ({ easiest_target, first_target }) => {
  let halvings = 0n;
  while (halvings < 256n && easiest_target >> halvings > first_target) halvings += 1n;
  return halvings;
};

// The clock of a block (§10.2).
export const clockOf = (parameters, parent, height, timestamp) => {
  const advanced = parent.clock + least(timestamp - parent.timestamp, parameters.max_gap);
  if (isFixed(parameters)) return advanced;
  const limit = parameters.interval * height + halvingsToFirst(parameters) * parameters.half_life;
  return least(advanced, limit);
};

// The target of a block (§10.3).
export const targetOf = (parameters, parent, height, clock) => {
  const { first_target, easiest_target, half_life, grace, interval } = parameters;
  if (isFixed(parameters)) return first_target;
  const late = most(parent.clock, clock - grace) - interval * (height - 1n);
  const x = floorDivide(late * 65536n, half_life);
  const s = floorDivide(x, 65536n);
  const f = x - 65536n * s;
  if (s >= EASIEST_SHIFT) return easiest_target;
  if (s <= -EASIEST_SHIFT) return HARDEST;
  const factor =
    65536n + ((195766423245049n * f + 971821376n * f * f + 5127n * f * f * f + 2n ** 47n) >> 48n);
  const scaled = first_target * factor;
  const target = s >= 0n ? (scaled << s) / 65536n : scaled / (65536n << -s);
  return least(most(target, HARDEST), easiest_target);
};

// The work of a block with this target (§8.2).
export const workOf = (target) => 2n ** 256n / (target + 1n);
