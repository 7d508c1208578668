import type { Colour } from './picture.ts';
import { Picture } from './picture.ts';
import type { Random } from './random.ts';
import { seeded } from './random.ts';

/** Small pictures drawn from code: seascapes that pass for photographs, and charts. All are PNG files. */

const drawn = new Map<string, Buffer>();

/** Draws once: the same pictures are sent many times. */
function once(key: string, draw: () => Buffer): Buffer {
  let picture = drawn.get(key);
  if (picture === undefined) drawn.set(key, (picture = draw()));
  return picture;
}

function mix(a: Colour, b: Colour, share: number): Colour {
  const t = Math.min(1, Math.max(0, share));
  return [a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t, a[2] + (b[2] - a[2]) * t];
}

const SKIES: ReadonlyArray<readonly [Colour, Colour, Colour]> = [
  [
    [28, 46, 92],
    [236, 139, 94],
    [30, 58, 84],
  ],
  [
    [96, 156, 210],
    [224, 238, 246],
    [44, 104, 132],
  ],
  [
    [70, 84, 104],
    [176, 184, 190],
    [58, 78, 88],
  ],
  [
    [18, 22, 52],
    [92, 74, 132],
    [16, 28, 50],
  ],
  [
    [240, 190, 130],
    [252, 232, 190],
    [96, 130, 140],
  ],
];

/** The lighthouse above the sea; `mood` from 0 chooses sky and light. Width and height in pixels. */
export function seascape(mood: number, width = 360, height = 220): Buffer {
  return once(`sea ${mood} ${width} ${height}`, () => drawSeascape(mood, width, height));
}

function drawSeascape(mood: number, width: number, height: number): Buffer {
  const random = seeded(mood * 7919 + 17);
  const [top, horizonColour, sea] = SKIES[mood % SKIES.length]!;
  const horizon = Math.floor(height * (0.55 + random.next() * 0.12));
  const sunX = width * (0.2 + random.next() * 0.35);
  const sunY = horizon - height * (0.05 + random.next() * 0.2);
  const phases = Array.from({ length: 3 }, () => random.next() * 6.28);
  const cloud = smoothNoise(random);
  const cover = 0.46 + random.next() * 0.1;
  const shore = width * 0.48;
  const hill = (x: number): number => {
    const inland = (x - shore) / width;
    return horizon + 3 - Math.sqrt(Math.max(0, inland)) * 46 - 4 * Math.sin(x / 19 + phases[0]!);
  };
  const picture = new Picture(width, height, (x, y) => {
    if (y < horizon) {
      let colour = mix(top, horizonColour, y / horizon);
      const distance = Math.hypot(x - sunX, (y - sunY) * 1.1);
      colour = mix([255, 240, 208], colour, Math.min(1, distance / (width * 0.22)) ** 0.6);
      const thick = cloud(x / 84, (y * (1.6 - y / horizon)) / 20) - cover;
      if (thick > 0) colour = mix(colour, [252, 244, 236], Math.min(0.75, thick * 3.2));
      if (x > shore && y > hill(x)) colour = mix([44, 62, 56], horizonColour, 0.18);
      return colour;
    }
    const depth = (y - horizon) / (height - horizon);
    const wave =
      Math.sin((x + phases[1]! * 40) / (6 + depth * 22) + y * 0.9) *
      Math.sin(y / (1.5 + depth * 4) + phases[2]!);
    const glitter = Math.abs(x - sunX) < (10 + depth * 46) * (0.6 + 0.4 * wave) ? 0.42 : 0;
    return mix(mix(mix(sea, horizonColour, 0.45), sea, depth), [255, 236, 204], glitter + wave * 0.09 + 0.03);
  });
  tower(picture, Math.floor(width * 0.78), Math.floor(hill(width * 0.78)) + 4, Math.floor(height * 0.4));
  return picture.png();
}

/** Values from 0 to 1 that change gently over the plane, in three octaves. */
function smoothNoise(random: Random): (x: number, y: number) => number {
  const lattice = Float64Array.from({ length: 1024 }, () => random.next());
  const at = (x: number, y: number): number => lattice[((y & 31) << 5) | (x & 31)]!;
  const octave = (x: number, y: number): number => {
    const [left, top] = [Math.floor(x), Math.floor(y)];
    const [dx, dy] = [x - left, y - top];
    const [sx, sy] = [dx * dx * (3 - 2 * dx), dy * dy * (3 - 2 * dy)];
    const upper = at(left, top) + (at(left + 1, top) - at(left, top)) * sx;
    const lower = at(left, top + 1) + (at(left + 1, top + 1) - at(left, top + 1)) * sx;
    return upper + (lower - upper) * sy;
  };
  return (x, y) =>
    octave(x, y) * 0.55 + octave(x * 2.1 + 7, y * 2.1) * 0.3 + octave(x * 4.3, y * 4.3 + 11) * 0.15;
}

function tower(picture: Picture, x: number, base: number, height: number): void {
  for (let dy = 0; dy < height; dy++) {
    const half = 5 + Math.floor((dy / height) * 5);
    const red = Math.floor((dy / height) * 5) % 2 === 0;
    for (let dx = -half; dx <= half; dx++) {
      const shade = 1 - (dx + half) / (half * 2.6);
      picture.set(
        x + dx,
        base - height + dy,
        mix([34, 30, 40], red ? [206, 62, 52] : [248, 244, 236], shade),
      );
    }
  }
  picture.fill(x - 7, base - height - 3, 15, 3, [52, 52, 60]);
  picture.fill(x - 4, base - height - 12, 9, 9, [255, 236, 158]);
  picture.fill(x - 5, base - height - 15, 11, 3, [152, 44, 40]);
}

/** A bar chart without labels; values in any unit. */
export function barChart(values: readonly number[], colour: Colour, width: number, height: number): Buffer {
  return once(`bars ${values.join()} ${colour.join()} ${width} ${height}`, () =>
    drawBars(values, colour, width, height),
  );
}

function drawBars(values: readonly number[], colour: Colour, width: number, height: number): Buffer {
  const picture = new Picture(width, height, (_, y) =>
    (y + 1) % 40 === 0 ? [226, 230, 234] : [250, 250, 248],
  );
  const highest = Math.max(...values, 1);
  const step = width / values.length;
  for (const [index, value] of values.entries()) {
    const tall = Math.round((value / highest) * (height - 14));
    const left = Math.round(index * step + step * 0.16);
    for (let dy = 0; dy < tall; dy++)
      picture.fill(
        left,
        height - 1 - dy,
        Math.round(step * 0.68),
        1,
        mix(colour, [255, 255, 255], (dy / tall) * 0.3),
      );
  }
  return picture.png();
}

/** A tide curve over a day: heights in metres, evenly spaced. */
export function tideCurve(heights: readonly number[], width = 520, height = 140): Buffer {
  return once(`tide ${heights.join()} ${width} ${height}`, () => drawTide(heights, width, height));
}

function drawTide(heights: readonly number[], width: number, height: number): Buffer {
  const highest = Math.max(...heights) * 1.15;
  const levels = Array.from({ length: width }, (_, x) => {
    const at = (x / (width - 1)) * (heights.length - 1);
    const left = heights[Math.floor(at)] ?? 0;
    const right = heights[Math.ceil(at)] ?? left;
    const share = (1 - Math.cos((at - Math.floor(at)) * Math.PI)) / 2;
    return height - ((left + (right - left) * share) / highest) * height;
  });
  return new Picture(width, height, (x, y) => {
    const below = y - levels[x]!;
    if (below < 0) return mix([236, 244, 250], [250, 252, 253], y / height);
    if (below < 2.5) return [16, 92, 128];
    return mix([84, 168, 196], [28, 108, 146], below / height);
  }).png();
}

const PAPERS: readonly Colour[] = [
  [14, 54, 78],
  [82, 34, 60],
  [28, 66, 48],
  [62, 50, 24],
];

/** A drawing: crossing beams on dark paper, for a logo or a title picture. */
export function beams(hue: number, width = 600, height = 120): Buffer {
  return once(`beams ${hue} ${width} ${height}`, () => drawBeams(hue, width, height));
}

function drawBeams(hue: number, width: number, height: number): Buffer {
  const base = PAPERS[hue % PAPERS.length]!;
  return new Picture(width, height, (x, y) => {
    const angle = Math.atan2(y - height * 0.62, x - width * 0.8);
    const beam = Math.max(0, Math.cos(angle * 5 + hue)) ** 6;
    const distance = Math.hypot(x - width * 0.8, y - height * 0.62) / width;
    return mix(
      mix(base, [8, 14, 24], x / width),
      [255, 226, 150],
      beam * (0.75 - distance) + Math.max(0, 0.12 - distance) * 6,
    );
  }).png();
}
