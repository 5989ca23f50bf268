import {browserStorage} from './browser_storage';
import type {Attributes, Client, Consent, FlagDetails, FlagTypes, Outcome} from './client';
import {definitions} from './definitions';
import {evaluate, type Membership} from './evaluate';
import {rememberedExposures} from './exposures';
import {outbox, type WireEvent} from './outbox';
import {whileVisible} from './page_life';
import type {Payload} from './payload';
import {toConsole, type OnProblem} from './problem';
import {randomId} from './random_id';
import {stickyAssignments, type StickyDocument} from './sticky';
import {visitorId, type VisitorOptions} from './visitor';

export interface ClientOptions {
  /** Where the server is: `https://ab.example.com`. */
  host: string;
  /** A key of the role `client`. */
  clientKey: string;
  /** To begin with; `setConsent` changes it. */
  consent: Consent;
  /** What conditions and segments read. An own `id` (a login) takes the visitor id's place. */
  attributes?: Attributes;
  /** Unit kinds and their attributes, as `units:` of the definitions; the first is the default kind. */
  units?: Record<string, string>;
  /** `local`: rules are fetched and evaluated here. `remote`: the server evaluates and publishes no rules. */
  evaluation?: 'local' | 'remote';
  /** What GET /api/features or POST /api/eval answered to the server that rendered the page. */
  bootstrap?: Payload;
  /** Sticky assignments that the server knows of, as GET /v1/sticky answers them. */
  stickyDocuments?: StickyDocument[];
  visitor?: VisitorOptions;
  /** false: changes arrive with the next page only. */
  streaming?: boolean;
  onProblem?: OnProblem;
}

const kConsents = ['granted', 'pending', 'denied'];

function checked<Options extends ClientOptions>(options: Options): Options {
  const {host, clientKey, consent, evaluation = 'local'} = options;
  const wrong = !/^https?:/.test(host) ? `host: expected an address with http or https, not "${host}"`
    : !clientKey ? 'clientKey: expected a key of the role client'
    : !kConsents.includes(consent) ? `consent: expected ${kConsents.join(', ')}, not "${consent}"`
    : evaluation !== 'local' && evaluation !== 'remote' ? `evaluation: expected local or remote, not "${evaluation}"` : '';
  if (wrong) throw new TypeError(`converge: createClient: ${wrong}`);
  return options;
}

/** Values of one kind can stand for each other in the page's code. */
const isLike = (value: unknown, fallback: unknown) =>
  fallback === null || (typeof value === typeof fallback && Array.isArray(value) === Array.isArray(fallback));

/** Whoever has not met the variant is not bound to it. */
const keepNothing = () => {};

const addressOfPage = () => typeof location === 'undefined' ? '' : location.href;

export function createClient<Flags extends object = FlagTypes>(options: ClientOptions): Client<Flags> {
  const {clientKey, units, evaluation, bootstrap, stickyDocuments, visitor = {}, streaming = true, onProblem = toConsole} = checked(options);
  const host = options.host.replace(/\/+$/, '');
  const isRemote = evaluation === 'remote';
  const kinds = Object.entries(units ?? {user_id: 'id'});
  const unitAttribute = kinds[0]![1];
  const listeners = new Set<() => void>();
  const storage = browserStorage(`converge:${host}:`);
  const visit = visitorId(storage, visitor);
  const sticky = stickyAssignments(storage, stickyDocuments);
  const exposures = rememberedExposures(storage, clientKey);
  let consent: Consent = 'pending';
  let given: Attributes = {...options.attributes};
  let ready = Promise.resolve();

  const attributesNow = (): Attributes => ({[unitAttribute]: visit.id(), ...given});
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
    const attributes = attributesNow();
    for (const [, name] of kinds) delete attributes[name];
    delete attributes[attribute];
    const kind = kinds.find(([, name]) => name === attribute)?.[0] ?? attribute;
    const who = !units && attribute === unitAttribute ? {unit} : {units: {[kind]: unit}};
    if (send({type: 'exposure', ...who, experiment, variant, ...(source && {source}), attributes})) exposures.remember(membership);
  }

  function look<T>(key: string, fallback: T, keep = sticky.keep): {details: FlagDetails<T>; met: Membership[]} {
    const payload = rules.payload();
    if (!payload) return {details: {value: fallback, source: 'notReady'}, met: []};
    const {value, source, met, own} = evaluate(key, {payload, attributes: attributesNow(), url: addressOfPage(), sticky: {of: sticky.of, keep}});
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
    if (isRemote) void rules.refresh();
  }

  /** Whoever takes consent back, in words or by being undecided again, leaves nothing behind. */
  function forget() {
    for (const part of [events, sticky, exposures, storage]) part.clear();
    visit.forget();
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
      const attributes = attributesNow();
      const ids = kinds.filter(([, attribute]) => attributes[attribute]).map(([kind, attribute]) => [kind, `${attributes[attribute]}`]);
      if (!ids.length) onProblem({code: 'no_unit', message: `"${name}" is of nobody: no attribute ${kinds.map(([, each]) => each)}`});
      else send({type: 'outcome', ...(units ? {units: Object.fromEntries(ids)} : {unit: ids[0]![1]!}), name, ...outcome}, id);
    },
    async setAttributes(attributes: Attributes) {
      given = {...given, ...attributes};
      for (const name in given) if (given[name] === undefined) delete given[name];
      if (isRemote) await rules.refresh();
      else changed();
    },
    setConsent(wanted: Consent) {
      const before = consent;
      consent = wanted;
      if (wanted === 'granted') before === wanted || grant();
      else if (wanted === 'denied' || before === 'granted') forget();
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
  client.setConsent(options.consent);
  if (!bootstrap) ready = rules.refresh();
  life.begin();
  return client as unknown as Client<Flags>;
}
