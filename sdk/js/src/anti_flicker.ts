/**
 * Keeps an element out of sight until its variant is known, and never longer than the limit: a slow answer must not make a blank
 * page.
 */
export function hideUntil(
  ready: Promise<unknown>, limitMilliseconds = 500, element: HTMLElement = document.documentElement,
): Promise<'ready' | 'limit'> {
  const before = element.style.opacity;
  element.style.setProperty('opacity', '0', 'important');
  return new Promise((resolve) => {
    const show = (why: 'ready' | 'limit') => {
      clearTimeout(timer);
      element.style.opacity = before;
      resolve(why);
    };
    const timer = setTimeout(show, limitMilliseconds, 'limit');
    ready.then(() => show('ready'), () => show('ready'));
  });
}
