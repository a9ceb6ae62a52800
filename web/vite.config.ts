import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "vitest/config";

export default defineConfig({
  plugins: [svelte()],
  build: {
    outDir: "../src/vectarium/static",
    emptyOutDir: true,
    target: "es2022",
    // The page's policy allows no inline data for scripts, and one stylesheet is enough.
    assetsInlineLimit: 0,
    cssCodeSplit: false,
  },
  // Where no vectarium server stands behind the development server: VECTARIUM=http://127.0.0.1:PORT npm run dev
  server: { proxy: { "/api": { target: process.env.VECTARIUM ?? "http://127.0.0.1:8765", ws: true } } },
  resolve: process.env.VITEST ? { conditions: ["browser"] } : undefined,
  test: { environment: "jsdom", include: ["src/**/*.test.ts"] },
});
