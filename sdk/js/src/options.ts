import type {Attributes, Consent} from './client';
import type {Payload} from './payload';
import type {OnProblem} from './problem';
import type {StickyDocument} from './sticky';
import type {VisitorOptions} from './visitor';

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

/** The same options, unless they cannot be meant. */
export function checked(options: ClientOptions): ClientOptions {
  const {host, clientKey, consent, evaluation = 'local'} = options;
  const wrong = !/^https?:/.test(host) ? `host: expected an address with http or https, not "${host}"`
    : !clientKey ? 'clientKey: expected a key of the role client'
    : !kConsents.includes(consent) ? `consent: expected ${kConsents.join(', ')}, not "${consent}"`
    : evaluation !== 'local' && evaluation !== 'remote' ? `evaluation: expected local or remote, not "${evaluation}"` : '';
  if (wrong) throw new TypeError(`converge: createClient: ${wrong}`);
  return options;
}
