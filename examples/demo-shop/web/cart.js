// The cart and the way to the till. How many steps that has is the flag checkout_steps.
import {watchCart} from '/sdk/cx.js';

import {kProducts, money} from './catalog.js';
import {byId, element} from './element.js';
import {client} from './session.js';

const kStorageKey = 'shop_cart';
const kPiecesMax = 99;

const pieces = new Map(JSON.parse(sessionStorage.getItem(kStorageKey) ?? '[]'));
const watched = watchCart(client);
let onBought = () => {};

const lines = () => kProducts.filter(({id}) => pieces.get(id) > 0);
const sum = () => lines().reduce((cents, {id, price}) => cents + price * pieces.get(id), 0);
const count = () => lines().reduce((all, {id}) => all + pieces.get(id), 0);

function changed() {
  sessionStorage.setItem(kStorageKey, JSON.stringify([...pieces]));
  byId('cart-count').textContent = count();
  byId('open-cart').setAttribute('aria-label', `Cart, ${count()} ${count() === 1 ? 'piece' : 'pieces'}`);
}

function put(id, more) {
  pieces.set(id, Math.min(kPiecesMax, Math.max(0, (pieces.get(id) ?? 0) + more)));
  changed();
  if (count() > 0) watched.touched(sum() / 100);
  else watched.closed();
}

export function addToCart({id, price}) {
  put(id, 1);
  client.track('add_to_cart', {value: price / 100});
}

function step(product, more, words) {
  const press = () => {
    put(product.id, more);
    showCart();
    byId('cart').querySelector(`[data-step="${product.id}${more}"]`)?.focus();
  };
  return element('button', {type: 'button', class: 'step', 'aria-label': words, 'data-step': product.id + more, click: press}, more > 0 ? '+' : '−');
}

function line(product) {
  const number = pieces.get(product.id);
  return element('li', {}, element('span', {class: 'grow'}, product.name),
    step(product, -1, `Remove one ${product.name}`), element('span', {class: 'number'}, `${number}`),
    step(product, 1, `Add one ${product.name}`), element('span', {class: 'sum'}, money(product.price * number)));
}

function show(...content) {
  byId('cart-body').replaceChildren(...content);
}

function showCart() {
  if (count() === 0) return show(element('p', {}, 'It is empty. Put something in and come back.'));
  show(element('ul', {class: 'lines'}, ...lines().map(line)),
    element('p', {class: 'total'}, element('span', {class: 'grow'}, 'Together'), element('strong', {}, money(sum()))),
    element('button', {type: 'button', class: 'button wide', id: 'checkout', click: checkOut}, 'Check out'));
}

function choice(name, legend, options) {
  return element('fieldset', {}, element('legend', {}, legend), ...options.map((words, i) =>
    element('label', {class: 'choice'}, element('input', {type: 'radio', name, value: words, checked: i === 0}), words)));
}

const kParts = [
  ['Where to', () => element('fieldset', {}, element('legend', {}, 'Where to'),
    element('label', {class: 'field'}, 'Street and town', element('input', {name: 'address', autocomplete: 'off', placeholder: 'Anything will do: nothing is sent'})))],
  ['Delivery', () => choice('delivery', 'Delivery', ['By post, two days', 'By bicycle, today'])],
  ['Payment', () => choice('payment', 'Payment', ['Invoice', 'Card at the door'])],
];

function checkOut() {
  const steps = client.flag('checkout_steps', 3);
  const pages = steps === 1 ? [kParts] : kParts.map((part) => [part]);
  showPage(pages, 0);
}

function showPage(pages, at) {
  const isLast = at === pages.length - 1;
  const submit = (event) => {
    event.preventDefault();
    if (isLast) buy();
    else showPage(pages, at + 1);
  };
  const form = element('form', {class: 'checkout', submit}, ...pages[at].map(([, make]) => make()),
    element('p', {class: 'total'}, element('span', {class: 'grow'}, 'Together'), element('strong', {}, money(sum()))),
    element('button', {class: 'button wide', id: 'next'}, isLast ? 'Buy now' : 'Next'));
  const heading = element('p', {class: 'note', tabindex: '-1'}, pages.length === 1 ? 'One page, then it is yours.' : `Step ${at + 1} of ${pages.length}`);
  show(heading, form);
  heading.focus();
}

function buy() {
  client.track('purchase', {value: sum() / 100, properties: {amount: sum() / 100, pieces: count()}});
  pieces.clear();
  changed();
  watched.closed();
  byId('cart').close();
  onBought();
}

export function startCart({bought}) {
  onBought = bought;
  changed();
  byId('open-cart').addEventListener('click', () => {
    showCart();
    byId('cart').showModal();
    byId('cart-title').focus();
  });
}
