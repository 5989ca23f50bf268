// What a page works with.

/** What units are told apart and targeted by. `id` is the default unit's id. */
export type Attributes = Record<string, unknown>;

/** Flag keys and the types of their values, for `createClient<MyFlags>()`. */
export type FlagTypes = Record<string, unknown>;

/** A literal as the fallback (`3`, `false`, `'blue'`) stands for all values of its type. */
export type Widened<T> = T extends boolean ? boolean : T extends number ? number : T extends string ? string : T;

/** The type that the page declared for a flag, else that of the fallback. */
export type ValueOf<Declared, Fallback> = unknown extends Declared ? Widened<Fallback> : Declared;

/**
 * `granted`: keeps and sends. `pending`: keeps and sends nothing, and remembers for when it is granted. `denied`: neither, and
 * forgets what was kept.
 */
export type Consent = 'granted' | 'pending' | 'denied';

export interface Outcome {
  /** A finite number: what a sum or mean metric adds up. */
  value?: number;
  properties?: Record<string, unknown>;
  /** The outcome's own identity, such as an order number: sent twice it counts once. Drawn at random without it. */
  id?: string;
}

export type Source = 'notReady' | 'unknownFlag' | 'wrongType' | 'default' | 'rule' | 'experiment' | 'forced';

/** Why a flag has the value it has. */
export interface FlagDetails<T> {
  value: T;
  source: Source;
  /** The experiment that gave the value, and the unit's variant in it. */
  experiment?: string;
  variant?: string;
}

export interface Client<Flags extends object = FlagTypes> {
  /** Settles when definitions are there, or when fetching them has failed and fallbacks count. At once with a bootstrap. */
  readonly ready: Promise<void>;
  /** The value for this unit, of the fallback's type. Its first use is the exposure. */
  flag<Key extends keyof Flags & string, T extends Flags[Key]>(key: Key, fallback: T): ValueOf<Flags[Key], T>;
  /** The same with the reason, and without an exposure. */
  details<Key extends keyof Flags & string, T extends Flags[Key]>(key: Key, fallback: T): FlagDetails<ValueOf<Flags[Key], T>>;
  /** Something that the unit did. */
  track(name: string, outcome?: Outcome): void;
  /** Adds to the attributes; `undefined` takes one away. Resolves when the values for them are there. */
  setAttributes(attributes: Attributes): Promise<void>;
  setConsent(consent: Consent): void;
  /** Calls back whenever flags may have other values. Returns how to stop that. */
  onChange(listener: () => void): () => void;
  /** Sends what waits. Resolves when the server has it, or when sending has to wait. */
  flush(): Promise<void>;
  /** Ends timers, listeners and streams. What was not sent stays stored. */
  close(): void;
}

/** A client whatever flags it declares. */
export type AnyClient = Client<any>;
