/** Figures as files. What is out of sight or only coarse is computed first. */

import type { Session } from "./session.ts";

/** Width of an exported figure in CSS pixels. */
const WIDTH = 720;

/** The types that a figure can be written as. */
export type FileType = "image/png" | "image/svg+xml" | "text/csv";

function size(session: Session, figure: string): [width: number, height: number] {
  const info = session.description.figures.find(({ id }) => id === figure);
  if (info === undefined) {
    const known = session.description.figures.map(({ id }) => id).join(", ");
    throw new Error(`there is no figure ${figure}, there are ${known}`);
  }
  return [WIDTH, Math.round(WIDTH / info.aspect)];
}

/** A figure as SVG, as far as it has been computed. */
export function exportSvg(session: Session, figure: string, dark: boolean): string {
  const [width, height] = size(session, figure);
  return session.ask((explorer) => explorer.svg(figure, width, height, dark));
}

/** A figure as a file, all of it; as PNG with `scale` pixels for each CSS pixel. */
export async function exported(
  session: Session,
  figure: string,
  type: FileType,
  scale: number,
  dark: boolean,
): Promise<Blob> {
  const [width, height] = size(session, figure);
  await session.complete(figure);
  if (type === "text/csv") {
    return new Blob([session.ask((explorer) => explorer.csv(figure))], { type });
  }
  if (type === "image/svg+xml") return new Blob([exportSvg(session, figure, dark)], { type });
  const canvas = document.createElement("canvas");
  session.ask((explorer) => {
    explorer.paint(figure, canvas, width, height, scale, dark);
  });
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => {
      if (blob === null) reject(new Error("this browser could not encode the image"));
      else resolve(blob);
    });
  });
}
