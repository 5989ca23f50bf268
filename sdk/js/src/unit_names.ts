import type {Attributes} from './client';
import type {Membership} from './evaluate';
import type {WireEvent} from './outbox';

type Names = Pick<WireEvent, 'unit' | 'units'>;

/** How events say whose they are: by unit kind where the page names kinds, else by the default kind's id. */
export function unitNames(units: Record<string, string> | undefined) {
  const kinds = Object.entries(units ?? {user_id: 'id'});
  const attributes = kinds.map(([, attribute]) => attribute);
  const own = attributes[0]!;
  return {
    /** The default kind's. */
    attribute: own,
    /** The unit that an experiment hashed. */
    met({attribute, unit}: Membership): Names {
      if (!units && attribute === own) return {unit};
      return {units: {[kinds.find(([, each]) => each === attribute)?.[0] ?? attribute]: unit}};
    },
    /** Every unit that did something together; null: nobody. */
    all(values: Attributes): Names | null {
      const known = kinds.filter(([, attribute]) => values[attribute]);
      if (!known.length) return null;
      const textOf = (attribute: string) => `${values[attribute]}`;
      return units ? {units: Object.fromEntries(known.map(([kind, attribute]) => [kind, textOf(attribute)]))} : {unit: textOf(own)};
    },
    /** What segments may read: the attributes that are nobody's id. */
    rest(values: Attributes, hashed: string): Attributes {
      return Object.fromEntries(Object.entries(values).filter(([name]) => name !== hashed && !attributes.includes(name)));
    },
  };
}
