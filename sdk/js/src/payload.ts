// Definitions as the server publishes them, in the form that GrowthBook's SDKs read.

export type Json = any;
export type Condition = Record<string, Json>;
export type Range = [number, number];

export interface Filter {
  seed: string;
  ranges: Range[];
  attribute?: string;
  hashVersion?: number;
}

export interface Rule {
  condition?: Condition;
  parentConditions?: {id: string; condition: Condition; gate?: boolean}[];
  filters?: Filter[];
  force?: Json;
  tracks?: {experiment: {key: string; phase?: string}; result: TrackedResult}[];
  key?: string;
  variations?: Json[];
  contextualVariations?: Json[];
  contextualBanditRef?: string;
  weights?: number[];
  coverage?: number;
  range?: Range;
  ranges?: Range[];
  meta?: {key?: string; passthrough?: boolean}[];
  namespace?: [string, number, number];
  hashAttribute?: string;
  fallbackAttribute?: string;
  hashVersion?: number;
  seed?: string;
  phase?: string;
  disableStickyBucketing?: boolean;
  bucketVersion?: number;
  minBucketVersion?: number;
}

/** Of an exposure that remote evaluation leaves to whoever uses the value. */
export interface TrackedResult {
  key: string;
  featureId?: string;
  hashAttribute: string;
  hashValue: string;
  bucket?: number;
  passthrough?: boolean;
}

export interface Feature {
  defaultValue?: Json;
  rules?: Rule[];
}

export type SavedGroups = Record<string, Json>;

export interface Payload {
  features: Record<string, Feature>;
  savedGroups?: SavedGroups;
  contextualBandits?: Record<string, {contexts?: {condition?: Condition; weights?: number[]}[]}>;
  dateUpdated?: string;
  /** Then `features` is empty. */
  encryptedFeatures?: string;
}
