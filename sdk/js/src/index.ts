export type {Attributes, Client, Consent, FlagDetails, FlagTypes, Outcome, Source, Widened} from './client';
