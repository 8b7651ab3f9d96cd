/** Figures as files. */

import type { Session } from "./session.ts";

/** Width of an exported figure in CSS pixels. */
const WIDTH = 720;

function size(session: Session, figure: string): [width: number, height: number] {
  const info = session.description.figures.find(({ id }) => id === figure);
  if (info === undefined) {
    const known = session.description.figures.map(({ id }) => id).join(", ");
    throw new Error(`there is no figure ${figure}, there are ${known}`);
  }
  return [WIDTH, Math.round(WIDTH / info.aspect)];
}

/** A figure as SVG. */
export function exportSvg(session: Session, figure: string, dark: boolean): string {
  const [width, height] = size(session, figure);
  return session.ask((explorer) => explorer.svg(figure, width, height, dark));
}

/** A figure as PNG with `scale` pixels for each CSS pixel. */
export async function exportPng(
  session: Session,
  figure: string,
  scale: number,
  dark: boolean,
): Promise<Blob> {
  const [width, height] = size(session, figure);
  const canvas = document.createElement("canvas");
  session.draw(figure, [canvas], width, height, scale, dark);
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => {
      if (blob === null) reject(new Error("this browser could not encode the image"));
      else resolve(blob);
    });
  });
}
