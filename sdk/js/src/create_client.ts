import {browserStorage} from './browser_storage';
import type {Attributes, Client, Consent, FlagDetails, FlagTypes, Outcome} from './client';
import {definitions} from './definitions';
import {evaluate, type Membership} from './evaluate';
import {rememberedExposures} from './exposures';
import {checked, type ClientOptions} from './options';
import {outbox, type WireEvent} from './outbox';
import {whileVisible} from './page_life';
import {toConsole} from './problem';
import {randomId} from './random_id';
import {stickyAssignments} from './sticky';
import {unitNames} from './unit_names';
import {visitorId} from './visitor';

/** Values of one kind can stand for each other in the page's code. */
const isLike = (value: unknown, fallback: unknown) =>
  fallback === null || (typeof value === typeof fallback && Array.isArray(value) === Array.isArray(fallback));

const defined = (attributes: Attributes) =>
  Object.fromEntries(Object.entries(attributes).filter(([, value]) => value !== undefined));

/** Whoever has not met the variant is not bound to it. */
const keepNothing = () => {};

const addressOfPage = () => typeof location === 'undefined' ? '' : location.href;

export function createClient<Flags extends object = FlagTypes>(options: ClientOptions): Client<Flags> {
  const {clientKey, bootstrap, streaming = true, onProblem = toConsole} = checked(options);
  const host = options.host.replace(/\/+$/, '');
  const isRemote = options.evaluation === 'remote';
  const names = unitNames(options.units);
  const listeners = new Set<() => void>();
  const storage = browserStorage(`converge:${host}:`);
  const visit = visitorId(storage, options.visitor ?? {});
  const sticky = stickyAssignments(storage, options.stickyDocuments);
  const exposures = rememberedExposures(storage, clientKey);
  let consent: Consent = 'pending';
  let given = defined(options.attributes ?? {});
  let ready = Promise.resolve();

  const attributesNow = (): Attributes => ({[names.attribute]: visit.id(), ...given});
  const changed = () => listeners.forEach((listener) => listener());

  const events = outbox({
    url: `${host}/v1/events?client_key=${encodeURIComponent(clientKey)}`,
    storage,
    onProblem,
    onRejected: ({type, experiment}) => type === 'exposure' && exposures.forget(experiment as string),
  });
  const rules = definitions({
    host,
    clientKey,
    bootstrap,
    onProblem,
    onNews: changed,
    question: !isRemote ? undefined
      : () => consent === 'granted' ? {attributes: attributesNow(), url: addressOfPage()} : null,
  });

  function send(event: Omit<WireEvent, 'id' | 'ts'>, id = randomId()): boolean {
    return consent !== 'denied' && events.add({...event, id, ts: new Date().toISOString()} as WireEvent);
  }

  function expose(membership: Membership) {
    const {experiment, variant, attribute, unit, source} = membership;
    if (!unit || consent === 'denied' || !exposures.isNew(membership)) return;
    const attributes = names.rest(attributesNow(), attribute);
    const event = {type: 'exposure' as const, ...names.met(membership), experiment, variant, ...(source && {source}), attributes};
    if (send(event)) exposures.remember(membership);
  }

  function look<T>(key: string, fallback: T, keep = sticky.keep): {details: FlagDetails<T>; met: Membership[]} {
    const payload = rules.payload();
    if (!payload) return {details: {value: fallback, source: 'notReady'}, met: []};
    const context = {payload, attributes: attributesNow(), url: addressOfPage(), sticky: {of: sticky.of, keep}};
    const {value, source, met, own} = evaluate(key, context);
    if (source === 'unknownFlag') return {details: {value: fallback, source}, met: []};
    // Whoever gets the fallback for another reason than null, which asks for it, has not met the variant.
    if (value !== null && !isLike(value, fallback)) return {details: {value: fallback, source: 'wrongType'}, met: []};
    return {details: {value: value ?? fallback, source, ...(own && {experiment: own.experiment, variant: own.variant})}, met};
  }

  function grant() {
    storage.open();
    visit.keep();
    sticky.restore();
    exposures.restore();
    exposures.write();
    events.open();
  }

  /** Whoever takes consent back, in words or by being undecided again, leaves nothing behind. */
  function forget() {
    for (const part of [events, sticky, exposures, storage]) part.clear();
    visit.forget();
  }

  /** false: that was known. */
  function decide(wanted: Consent): boolean {
    const before = consent;
    consent = wanted;
    if (wanted === 'granted' && before !== wanted) grant();
    if (wanted === 'denied' || (wanted !== 'granted' && before === 'granted')) forget();
    return before !== wanted;
  }

  const life = whileVisible({
    onVisible() {
      if (streaming) rules.stream();
      void events.flush();
    },
    onHidden() {
      rules.pause();
      events.beacon();
    },
    onOnline: () => void events.flush(),
  });

  const client = {
    get ready() {
      return ready;
    },
    flag<T>(key: string, fallback: T): T {
      const {details, met} = look(key, fallback);
      met.forEach(expose);
      return details.value;
    },
    details: <T>(key: string, fallback: T) => look(key, fallback, keepNothing).details,
    track(name: string, {id, ...outcome}: Outcome = {}) {
      const who = names.all(attributesNow());
      if (who) send({type: 'outcome', ...who, name, ...outcome}, id);
      else onProblem({code: 'no_unit', message: `"${name}" is of nobody: no attribute "${names.attribute}"`});
    },
    async setAttributes(attributes: Attributes) {
      given = defined({...given, ...attributes});
      if (isRemote) await rules.refresh();
      else changed();
    },
    setConsent(wanted: Consent) {
      if (!decide(wanted)) return;
      if (isRemote) void rules.refresh();
      changed();
    },
    onChange(listener: () => void) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    flush: () => events.flush(),
    close() {
      life.end();
      rules.close();
      events.close();
    },
  };
  decide(options.consent);
  if (!bootstrap) ready = rules.refresh();
  life.begin();
  return client as unknown as Client<Flags>;
}
