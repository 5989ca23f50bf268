export {hideUntil} from './anti_flicker';
export type {AnyClient, Attributes, Client, Consent, FlagDetails, FlagTypes, Outcome, Source, ValueOf, Widened} from './client';
export {createClient, type ClientOptions} from './create_client';
export type {Payload} from './payload';
export type {OnProblem, Problem} from './problem';
export type {StickyDocument} from './sticky';
export type {VisitorOptions} from './visitor';
