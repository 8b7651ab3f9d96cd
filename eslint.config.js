import eslint from "@eslint/js";
import globals from "globals";
import { defineConfig, globalIgnores } from "eslint/config";
import typescript from "typescript-eslint";

export default defineConfig(
  globalIgnores(["**/generated", "dist", "target"]),
  eslint.configs.recommended,
  typescript.configs.strictTypeChecked,
  typescript.configs.stylisticTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      "no-console": "error",
      "@typescript-eslint/no-floating-promises": [
        "error",
        { allowForKnownSafeCalls: [{ from: "package", package: "node:test", name: "test" }] },
      ],
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
    },
  },
  { files: ["www/src/**"], languageOptions: { globals: globals.browser } },
  { files: ["benches/page/**", "benches/page.mjs"], languageOptions: { globals: globals.browser } },
  { files: ["benches/**", "tests/**", "*.js"], languageOptions: { globals: globals.node } },
  // Parts of these tests run in the page.
  { files: ["tests/browser/**"], languageOptions: { globals: globals.browser } },
  // The packages of the bench are not installed with the others, so their types are not known.
  { files: ["*.js", "benches/**"], extends: [typescript.configs.disableTypeChecked] },
);
