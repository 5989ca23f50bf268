// What a flag is for a unit, by the published rules: the same answer as the server's, for every unit.
import {holds} from './condition';
import {isFilteredOut, isInRange, position, rangesOf, unitText} from './hash';
import {kPrerequisiteDepth} from './limits';
import type {Attributes} from './client';
import type {Condition, Json, Payload, Rule} from './payload';

/** A unit that stands in an experiment because a flag was evaluated. */
export interface Membership {
  experiment: string;
  variant: string;
  phase: string;
  /** Attribute and id of the unit that was hashed. */
  attribute: string;
  unit: string;
  /** `qa`: forced by the page's address, so that it says nothing about the experiment. */
  source?: 'qa';
}

/** Assignments that units keep: "<experiment>__<bucket version>" to a variant's key. */
export interface StickyAssignments {
  of(attribute: string, unit: string): Record<string, string>;
  keep(attribute: string, unit: string, assignment: string, variant: string): void;
}

export interface Context {
  payload: Payload;
  attributes: Attributes;
  url: string;
  sticky: StickyAssignments;
}

export interface Evaluation {
  value: Json;
  source: 'unknownFlag' | 'default' | 'rule' | 'experiment' | 'forced';
  /** Every experiment that the unit met on the way, that of the value included. */
  met: Membership[];
  /** The one that gave the value. */
  own?: Membership | undefined;
}

interface Draw {
  index: number;
  membership: Membership;
}

interface Unit {
  attribute: string;
  id: string | null;
}

/** A prerequisite that no value can be had from: flags in a circle, or too many of them. */
const kNoValue = {};

function unitOf({attributes}: Context, attribute = 'id', fallback?: string): Unit {
  const id = unitText(attributes[attribute]);
  const other = id === null && fallback ? unitText(attributes[fallback]) : null;
  return other === null ? {attribute, id} : {attribute: fallback!, id: other};
}

const variantAt = ({meta}: Rule, index: number) => meta?.[index]?.key ?? `${index}`;
const indexOf = (rule: Rule, variant: string) => (rule.meta ?? []).findIndex(({key}) => key === variant);

/** `?<experiment>=<variant or index>` in the page's address; -1 for none. */
function forcedIndex(experiment: string, rule: Rule, url: string, count: number): number {
  const query = (url.split('?')[1] ?? '').replace(/#.*/, '');
  const pair = query.split('&').map((each) => each.split('=')).find(([name]) => name === experiment);
  const wanted = pair?.[1] ?? '';
  const index = indexOf(rule, wanted);
  const number = index < 0 ? parseInt(wanted, 10) : index;
  return number >= 0 && number < count ? number : -1;
}

/** Whoever was given something by an older bucket version that is no longer served stays out. */
function isBlocked(experiment: string, {minBucketVersion = 0}: Rule, kept: Record<string, string>): boolean {
  const start = `${experiment}__`;
  return Object.keys(kept).some((name) => name.startsWith(start) && Number(name.slice(start.length)) < minBucketVersion);
}

function isRolledOut(key: string, rule: Rule, context: Context): boolean {
  const {range, coverage} = rule;
  if (!range && coverage === undefined) return true;
  if (!range && coverage === 0) return false;
  const {id} = unitOf(context, rule.hashAttribute || 'id', rule.disableStickyBucketing ? '' : rule.fallbackAttribute);
  const n = id === null ? null : position(rule.seed || key, id, rule.hashVersion || 1);
  return n !== null && (range ? isInRange(n, range) : n <= coverage!);
}

type Answer = Omit<Evaluation, 'met'>;

function evaluation(context: Context) {
  const met: Membership[] = [];

  function flag(key: string, way: string[]): Answer {
    if (way.includes(key) || way.length >= kPrerequisiteDepth) return {value: kNoValue, source: 'default'};
    const {features} = context.payload;
    const feature = Object.prototype.hasOwnProperty.call(features, key) ? features[key] : undefined;
    if (!feature) return {value: null, source: 'unknownFlag'};
    for (const rule of feature.rules ?? []) {
      const open = prerequisites(rule, [...way, key]);
      if (open === 'closed' || open === 'noValue') return {value: open === 'closed' ? null : kNoValue, source: 'rule'};
      if (open === 'next' || rule.filters?.some((filter) => isFilteredOut(filter, context.attributes))) continue;
      const answer = 'force' in rule ? byForce(key, rule) : byExperiment(key, rule);
      if (answer) return answer;
    }
    return {value: feature.defaultValue ?? null, source: 'default'};
  }

  /** undefined: all are met. */
  function prerequisites({parentConditions = []}: Rule, way: string[]): 'next' | 'closed' | 'noValue' | undefined {
    for (const {id, condition, gate} of parentConditions) {
      const {value} = flag(id, way);
      if (value === kNoValue) return 'noValue';
      if (!holds(condition, {value}, {})) return gate ? 'closed' : 'next';
    }
    return undefined;
  }

  function byForce(key: string, rule: Rule): Answer | undefined {
    if (!isTargeted(rule.condition) || !isRolledOut(key, rule, context)) return undefined;
    let own: Membership | undefined;
    for (const {experiment, result} of rule.tracks ?? []) {
      const membership = {
        experiment: experiment.key, variant: result.key, phase: experiment.phase ?? '',
        attribute: result.hashAttribute, unit: `${result.hashValue}`,
      };
      met.push(membership);
      if (result.featureId === key && !result.passthrough) own = membership;
    }
    return {value: rule.force, source: own ? 'experiment' : 'rule', own};
  }

  function byExperiment(key: string, rule: Rule): Answer | undefined {
    const variations = rule.contextualVariations ?? rule.variations;
    if (!variations) return undefined;
    const draw = drawFrom(rule.key || key, rule, variations.length);
    if (!draw) return undefined;
    met.push(draw.membership);
    if (rule.meta?.[draw.index]?.passthrough) return undefined;
    return {value: variations[draw.index], source: draw.membership.source ? 'forced' : 'experiment', own: draw.membership};
  }

  function drawFrom(experiment: string, rule: Rule, count: number): Draw | undefined {
    if (count < 2) return undefined;
    const isSticky = !rule.disableStickyBucketing;
    const {attribute, id} = unitOf(context, rule.hashAttribute || 'id', isSticky ? rule.fallbackAttribute : '');
    const drawn = (index: number, source?: 'qa'): Draw => ({
      index,
      membership: {
        experiment, variant: variantAt(rule, index), phase: rule.phase ?? '', attribute, unit: id ?? '', ...(source && {source}),
      },
    });
    const forced = forcedIndex(experiment, rule, context.url, count);
    if (forced >= 0) return drawn(forced, 'qa');
    if (id === null) return undefined;

    const assignment = `${experiment}__${rule.bucketVersion ?? 0}`;
    const kept = isSticky ? keptBy(rule) : {};
    let index = indexOf(rule, kept[assignment] ?? '');
    if (index < 0 && !isEligible(rule, id)) return undefined;
    const n = position(rule.seed || experiment, id, rule.hashVersion || 1);
    if (n === null) return undefined;
    if (index < 0) index = ranges(rule, count).findIndex((range) => isInRange(n, range));
    if (index < 0 || index >= count || isBlocked(experiment, rule, kept)) return undefined;
    if (isSticky) context.sticky.keep(attribute, id, assignment, variantAt(rule, index));
    return drawn(index);
  }

  /** What the unit was given before, by its own attribute or else by the fallback. */
  function keptBy(rule: Rule): Record<string, string> {
    const of = (name = 'id') => {
      const {attribute, id} = unitOf(context, name);
      return id === null ? {} : context.sticky.of(attribute, id);
    };
    return {...of(rule.fallbackAttribute || 'id'), ...of(rule.hashAttribute || 'id')};
  }

  function isTargeted(condition: Condition | undefined): boolean {
    return holds(condition, context.attributes, context.payload.savedGroups ?? {});
  }

  function isEligible(rule: Rule, unit: string): boolean {
    if (!rule.filters && rule.namespace) {
      const [name, low, high] = rule.namespace;
      if (!isInRange(position(`__${name}`, unit, 1)!, [low, high])) return false;
    }
    return isTargeted(rule.condition);
  }

  function ranges(rule: Rule, count: number) {
    const contexts = context.payload.contextualBandits?.[rule.contextualBanditRef ?? '']?.contexts;
    const leaf = contexts?.find(({condition}) => isTargeted(condition));
    if (leaf) return rangesOf(count, rule.coverage, leaf.weights);
    return rule.ranges ?? rangesOf(count, rule.coverage, rule.weights);
  }

  return {flag, met};
}

export function evaluate(key: string, context: Context): Evaluation {
  const {flag, met} = evaluation(context);
  const answer = flag(key, []);
  return {...answer, value: answer.value === kNoValue ? null : answer.value, met};
}
