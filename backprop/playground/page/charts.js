// Charts: lines over the epochs, and the loss landscape.
import {channels, colour, css, mix, number, pen} from "./colours.js";

const STYLES = [[], [7, 4], [2, 3], [9, 3, 2, 3]];  // with five colours twenty lines differ

// Lines of [epoch, number or null]; with `logarithmic` the heights are powers of ten.
export function drawLines(canvas, series, logarithmic = false) {
  const [ink, width, height] = pen(canvas), left = 52, right = width - 8, top = 12, foot = height - 18;
  const scale = (y) => (logarithmic ? Math.log10(Math.max(y, 1e-12)) : y);
  const known = series.flatMap(({points}) => points.filter(([, y]) => y !== null && (!logarithmic || y > 0)));
  const heights = known.map(([, y]) => scale(y)), last = Math.max(1, ...series.flatMap(({points}) => points.map(([x]) => x)));
  const low = logarithmic ? Math.floor(Math.min(...heights, 0)) : 0, high = logarithmic ? Math.ceil(Math.max(...heights, low + 1)) : Math.max(...heights, 1e-9);
  ink.font = "12px Helvetica, Arial, sans-serif";
  ink.lineWidth = 1;
  for (const [value, y] of [[high, top], [low, foot]]) {
    ink.strokeStyle = colour("grid");
    ink.fillStyle = colour("soft");
    ink.beginPath();
    ink.moveTo(left, y);
    ink.lineTo(right, y);
    ink.stroke();
    ink.textAlign = "right";
    ink.fillText(number(logarithmic ? 10 ** value : value), left - 6, y + 4);
  }
  ink.fillText(`${Math.round(last)}`, right, height - 3);
  ink.textAlign = "left";
  ink.fillText("epoch 0", left, height - 3);
  series.forEach(({points, paint, dash}) => {
    ink.strokeStyle = colour(paint);
    ink.setLineDash(dash);
    ink.lineWidth = 2;
    ink.beginPath();
    for (const [x, y] of points) {
      if (y !== null && (!logarithmic || y > 0)) ink.lineTo(left + (right - left) * x / last, foot - (foot - top) * (scale(y) - low) / (high - low));
    }
    ink.stroke();
  });
  ink.setLineDash([]);
}

export const lineStyle = (k) => ({paint: `c${k % 5}`, dash: STYLES[k % STYLES.length]});

// The loss at each place of a square: the lower the lighter, with lines of equal loss between.
export function drawLandscape(canvas, {rows}) {
  const [ink, width] = pen(canvas), side = rows.length, known = rows.flat().filter((x) => x !== null);
  const low = Math.min(...known), high = Math.max(...known), bands = 12;
  const level = (x) => (x === null ? 1 : Math.log1p(20 * (x - low) / (high - low || 1)) / Math.log1p(20));
  const pixels = Math.min(300, Math.round(width)), picture = new ImageData(pixels, pixels), paper = channels("paper"), deep = channels("c0");
  const at = (x, y) => {
    const column = x * (side - 1), row = y * (side - 1), left = Math.min(Math.floor(column), side - 2), above = Math.min(Math.floor(row), side - 2);
    const across = column - left, down = row - above;
    return (level(rows[above][left]) * (1 - across) + level(rows[above][left + 1]) * across) * (1 - down)
      + (level(rows[above + 1][left]) * (1 - across) + level(rows[above + 1][left + 1]) * across) * down;
  };
  for (let row = 0, i = 0; row < pixels; row++) {
    for (let column = 0; column < pixels; column++, i += 4) {
      const height = at(column / (pixels - 1), row / (pixels - 1)), band = Math.floor(height * bands);
      const below = Math.floor(at(column / (pixels - 1), Math.min(1, (row + 1) / (pixels - 1))) * bands);
      const beside = Math.floor(at(Math.min(1, (column + 1) / (pixels - 1)), row / (pixels - 1)) * bands);
      const shade = band !== below || band !== beside ? channels("soft") : mix(paper, deep, 0.08 + 0.8 * height);
      picture.data.set([...shade.map(Math.round), 255], i);
    }
  }
  const scratch = document.createElement("canvas");
  [scratch.width, scratch.height] = [pixels, pixels];
  scratch.getContext("2d").putImageData(picture, 0, 0);
  ink.drawImage(scratch, 0, 0, width, width);
  ink.strokeStyle = css(channels("c1"));
  ink.lineWidth = 3;
  ink.beginPath();
  for (const [x, y] of [[7, 7], [-7, 7]]) {
    ink.moveTo(width / 2 - x, width / 2 - y);
    ink.lineTo(width / 2 + x, width / 2 + y);
  }
  ink.stroke();
  return [low, high];
}
