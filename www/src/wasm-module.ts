/** Compiles the wasm at an address while it arrives. */
export async function compile(address: string): Promise<WebAssembly.Module> {
  const response = await fetch(address);
  if (!response.ok) throw new Error(`the server answered ${response.status}`);
  const type = response.headers.get("content-type") ?? "";
  if (type.startsWith("application/wasm")) return WebAssembly.compileStreaming(response);
  const bytes = new Uint8Array(await response.arrayBuffer());
  if (MAGIC.some((byte, i) => bytes[i] !== byte)) {
    throw new NoModule(
      `${response.url} is no WebAssembly, it begins with “${start(bytes)}” and is called ${type === "" ? "nothing" : type}`,
    );
  }
  return WebAssembly.compile(bytes);
}

/** What is at the address is something else than a module, such as the page of a server for what it does not have. */
export class NoModule extends Error {
  override name = "NoModule";
}

/** What every module begins with. */
const MAGIC = [0x00, 0x61, 0x73, 0x6d];

/** The first few characters of a file. */
function start(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes.subarray(0, 24)).split("\n", 1)[0]?.trim() ?? "";
}
