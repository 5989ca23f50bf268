// The client as a provider of OpenFeature's web SDK.
import {
  ClientProviderEvents, ErrorCode, OpenFeatureEventEmitter, StandardResolutionReasons,
  type EvaluationContext, type Hook, type JsonValue, type Provider, type ResolutionDetails, type TrackingEventDetails,
} from '@openfeature/web-sdk';

import type {AnyClient, Attributes, FlagDetails} from '../client';

/** OpenFeature's targeting key is the unit's id. */
function attributesOf({targetingKey, ...context}: EvaluationContext): Attributes {
  return targetingKey === undefined ? context : {id: targetingKey, ...context};
}

/** What the new context no longer has goes. */
function changesOf(before: EvaluationContext, after: EvaluationContext): Attributes {
  const gone = Object.keys(attributesOf(before)).map((name) => [name, undefined]);
  return {...Object.fromEntries(gone), ...attributesOf(after)};
}

function reasonOf({source}: FlagDetails<unknown>): string {
  if (source === 'experiment') return StandardResolutionReasons.SPLIT;
  return source === 'rule' || source === 'forced' ? StandardResolutionReasons.TARGETING_MATCH : StandardResolutionReasons.DEFAULT;
}

const kErrors: {[source in FlagDetails<unknown>['source']]?: ErrorCode} = {
  notReady: ErrorCode.PROVIDER_NOT_READY,
  unknownFlag: ErrorCode.FLAG_NOT_FOUND,
  wrongType: ErrorCode.TYPE_MISMATCH,
};

/** Tells the exposure when a flag was evaluated for the code that asked, after all checks of OpenFeature. */
export function exposureHook(client: AnyClient): Hook {
  return {after: ({flagKey, defaultValue}) => void client.flag(flagKey, defaultValue)};
}

export class ConvergeProvider implements Provider {
  readonly runsOn = 'client';
  readonly metadata = {name: 'converge'};
  readonly events = new OpenFeatureEventEmitter();
  readonly hooks: Hook[];
  private stopListening: (() => void) | undefined;

  constructor(private client: AnyClient) {
    this.hooks = [exposureHook(client)];
  }

  async initialize(context: EvaluationContext = {}): Promise<void> {
    await this.client.setAttributes(attributesOf(context));
    await this.client.ready;
    this.stopListening = this.client.onChange(() => this.events.emit(ClientProviderEvents.ConfigurationChanged));
  }

  onContextChange(before: EvaluationContext, after: EvaluationContext): Promise<void> {
    return this.client.setAttributes(changesOf(before, after));
  }

  async onClose(): Promise<void> {
    this.stopListening?.();
    await this.client.flush();
  }

  private resolve<T>(key: string, fallback: T): ResolutionDetails<T> {
    const details = this.client.details(key, fallback) as FlagDetails<T>;
    const {value, source, experiment, variant} = details;
    const errorCode = kErrors[source];
    return {
      value,
      reason: errorCode ? StandardResolutionReasons.ERROR : reasonOf(details),
      ...(errorCode && {errorCode, errorMessage: `${key}: ${source}`}),
      ...(variant !== undefined && {variant, flagMetadata: {experiment: experiment!, variant}}),
    };
  }

  resolveBooleanEvaluation(key: string, fallback: boolean) {
    return this.resolve(key, fallback);
  }

  resolveStringEvaluation(key: string, fallback: string) {
    return this.resolve(key, fallback);
  }

  resolveNumberEvaluation(key: string, fallback: number) {
    return this.resolve(key, fallback);
  }

  resolveObjectEvaluation<T extends JsonValue>(key: string, fallback: T) {
    return this.resolve(key, fallback);
  }

  track(name: string, _context: EvaluationContext, {value, ...properties}: TrackingEventDetails = {}): void {
    this.client.track(name, {...(value !== undefined && {value}), properties});
  }
}
