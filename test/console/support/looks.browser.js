/* What the eye sees at once and no other test does, read from a page as it is drawn. It runs in the browser: `looks.ts` calls it. */

/**
 * What is wider than its place: the page itself, elements that stick out of the window, text that is cut without an ellipsis, and on
 * a phone what must be scrolled sideways.
 *
 * @param scrolled selects what may be scrolled sideways
 */
function findOverflow(scrolled) {
  const { clientWidth, scrollWidth } = document.documentElement;
  const found = scrollWidth > clientWidth ? [`the page is ${scrollWidth - clientWidth} px too wide`] : [];
  const nameOf = (element) => {
    const words = (element.textContent ?? '').replaceAll(/\s+/g, ' ').trim().slice(0, 40);
    return `${element.tagName.toLowerCase()}.${String(element.className).split(' ').at(-1)} “${words}”`;
  };
  const isPhone = clientWidth < 500;
  for (const element of document.querySelectorAll('body *')) {
    const style = getComputedStyle(element);
    const { left, right, width, height } = element.getBoundingClientRect();
    // Texts for screen readers only are a pixel in size.
    if (width <= 1 || height <= 1 || style.visibility === 'hidden') continue;
    // A menu that is closed, and a link that comes with the focus, wait on the left of the window.
    if (right <= 0 || element instanceof HTMLInputElement) continue;
    const isWider = element.scrollWidth > element.clientWidth + 1 && element.clientWidth > 0;
    const hasWords = (element.textContent ?? '').trim() !== '';
    const clips = hasWords && /hidden|clip/.test(style.overflowX) && style.textOverflow !== 'ellipsis';
    if (isWider && clips) found.push(`cut: ${nameOf(element)} ${element.scrollWidth}>${element.clientWidth}`);
    if (isWider && isPhone && /auto|scroll/.test(style.overflowX) && !element.matches(scrolled))
      found.push(`scrolls sideways: ${nameOf(element)}`);
    if ((right > clientWidth + 1 || left < -1) && !isInScroller(element))
      found.push(`sticks out: ${nameOf(element)}`);
  }
  return [...new Set(found)];

  function isInScroller(element) {
    for (let at = element.parentElement; at !== null && at !== document.body; at = at.parentElement)
      if (getComputedStyle(at).overflowX !== 'visible') return true;
    return false;
  }
}

/** Colours are at their end at once, in pictures and for whoever compares them. */
function endTransitions() {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(
    '*, *::before, *::after { transition: none !important; animation: none !important; caret-color: transparent; }',
  );
  document.adoptedStyleSheets.push(sheet);
}

/** Whether whoever uses the keyboard sees where they are: the focused element looks different without the focus. */
function findHiddenFocus() {
  const focused = document.activeElement;
  if (!(focused instanceof HTMLElement) || focused === document.body) return null;
  const around = [
    focused,
    focused.parentElement,
    focused.parentElement?.parentElement ?? null,
    focused.nextElementSibling,
    focused.previousElementSibling,
  ];
  const look = () =>
    around.map((element) => {
      if (element === null) return '';
      const { outline, outlineOffset, boxShadow, borderColor, backgroundColor, clipPath, left } =
        getComputedStyle(element);
      return [outline, outlineOffset, boxShadow, borderColor, backgroundColor, clipPath, left].join();
    });
  const withFocus = look();
  focused.blur();
  const without = look();
  focused.focus();
  if (withFocus.join() !== without.join()) return null;
  return `${focused.tagName.toLowerCase()} “${(focused.getAttribute('aria-label') ?? focused.textContent ?? '').trim().slice(0, 40)}”`;
}

globalThis.looks = { findOverflow, endTransitions, findHiddenFocus };
