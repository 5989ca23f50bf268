/** Tells when the page is looked at, hidden or gone, and back on a network. Where there is no page nothing is told. */
export function whileVisible({onVisible, onHidden, onOnline}: {onVisible(): void; onHidden(): void; onOnline(): void}) {
  if (typeof document === 'undefined') return {begin() {}, end() {}};
  const turn = () => document.visibilityState === 'hidden' ? onHidden() : onVisible();
  const turns: [EventTarget, string, () => void][] = [
    [document, 'visibilitychange', turn], [window, 'pagehide', onHidden], [window, 'pageshow', turn], [window, 'online', onOnline],
  ];
  return {
    begin() {
      turns.forEach(([target, name, call]) => target.addEventListener(name, call));
      turn();
    },
    end: () => turns.forEach(([target, name, call]) => target.removeEventListener(name, call)),
  };
}
