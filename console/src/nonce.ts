/**
 * The nonce of this page's Content-Security-Policy: whoever writes a <style> element needs it.
 * Vite's placeholder in index.html, which the server replaces (src/http/console-files.ts).
 */
export const nonce = document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce ?? '';

// `get-nonce`, with which Mantine's scroll lock asks for it, looks at webpack's name only.
Object.assign(globalThis, { __webpack_nonce__: nonce });
