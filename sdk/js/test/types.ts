// What the compiler must accept and refuse; compiled by types.test.mjs, never run.
import {createClient} from '../src/index';
import {ConvergeProvider as OpenFeatureProvider} from '../src/openfeature/index';
import {ConvergeProvider} from '../src/react/index';

const access = {host: 'https://ab.example', clientKey: 'client_0', consent: 'granted'} as const;

const plain = createClient(access);
const steps: number = plain.flag('checkout_steps', 3);
const isOn: boolean = plain.flag('banner', false);
const word: string = plain.details('colour', 'red').value;
// @ts-expect-error the fallback says that it is a number
const notWord: string = plain.flag('checkout_steps', 3);

const shop = createClient<{checkout_steps: number; colour: 'red' | 'blue'; search: {ranking: string}}>(access);
const three: number = shop.flag('checkout_steps', 3);
const colour: 'red' | 'blue' = shop.flag('colour', 'red');
const ranking: string = shop.flag('search', {ranking: 'popularity'}).ranking;
// @ts-expect-error no such flag
shop.flag('checkout_step', 3);
// @ts-expect-error a fallback of another type
shop.flag('checkout_steps', 'three');
// @ts-expect-error no such colour
shop.flag('colour', 'green');

plain.track('purchase', {value: 49.9, properties: {items: 2}, id: 'order-9'});
// @ts-expect-error a value is a number
plain.track('purchase', {value: '49.90'});
// @ts-expect-error consent has to be said
createClient({host: 'https://ab.example', clientKey: 'client_0'});

interface Declared {
  checkout_steps: number;
}
const declared = createClient<Declared>(access);
const four: number = declared.flag('checkout_steps', 4);
ConvergeProvider({client: declared});
new OpenFeatureProvider(declared);

export const used = [steps, isOn, word, notWord, three, four, colour, ranking];
