export {hideUntil} from './anti_flicker';
export type {AnyClient, Attributes, Client, Consent, FlagDetails, FlagTypes, Outcome, Source, ValueOf, Widened} from './client';
export {createClient} from './create_client';
export type {ClientOptions} from './options';
export type {Payload} from './payload';
export type {OnProblem, Problem} from './problem';
export type {StickyDocument} from './sticky';
export type {VisitorOptions} from './visitor';
