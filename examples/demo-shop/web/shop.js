// The demo shop in the browser: a plain page that uses the web SDK and its CX pack as any other would.
import {offerSurvey, watchExperience} from '/sdk/cx.js';

import {addToCart, startCart} from './cart.js';
import {kProducts, kReviews, money} from './catalog.js';
import {showFlags, watchResults} from './counter.js';
import {byId, element, svg} from './element.js';
import {becomeAnother, client, visitor} from './session.js';

const kAddedMs = 1500;
const kFilmMs = 6000;

function picture({sky, shapes}) {
  return svg('svg', {viewBox: '0 0 100 80', 'aria-hidden': 'true'}, svg('rect', {width: '100', height: '80', fill: sky}),
    ...shapes.map(([fill, d]) => svg('path', {fill, d})));
}

function card(product) {
  const add = element('button', {type: 'button', class: 'button', 'aria-label': `Add ${product.name} to the cart`}, 'Add to cart');
  add.addEventListener('click', () => {
    addToCart(product);
    add.textContent = 'Added';
    setTimeout(() => (add.textContent = 'Add to cart'), kAddedMs);
  });
  return element('li', {'data-product': product.id, 'data-cx': product.id}, picture(product),
    element('div', {class: 'card'}, element('h3', {}, product.name), element('p', {class: 'price'}, money(product.price)), add));
}

function search() {
  const wanted = byId('search').value.trim().toLowerCase();
  const found = kProducts.filter(({name, words}) => `${name} ${words}`.toLowerCase().includes(wanted));
  byId('products').replaceChildren(...found.map(card));
  byId('found').textContent = wanted ? `${found.length} found` : '';
  if (!client.flag('search_suggestions', false)) return;
  byId('suggestions').replaceChildren(...kProducts.map(({name}) => element('option', {value: name})));
}

function hero() {
  const [lamp] = kProducts;
  if (!client.flag('home_video', false)) return picture(lamp);
  const film = element('div', {class: 'film'}, picture(lamp));
  const play = element('button', {type: 'button', class: 'play', click() {
    film.classList.add('playing');
    client.track('film_played');
    setTimeout(() => film.classList.remove('playing'), kFilmMs);
  }}, 'Play the film');
  film.append(play);
  return film;
}

function showReviews() {
  const reviews = kReviews.slice(0, client.flag('home_reviews', 0));
  byId('reviews').hidden = reviews.length === 0;
  byId('reviews').querySelector('ul').replaceChildren(...reviews.map(({stars, text, who}) => element('li', {},
    element('p', {class: 'stars', role: 'img', 'aria-label': `${stars} of 5 stars`}, '★'.repeat(stars) + '☆'.repeat(5 - stars)),
    element('blockquote', {}, text), element('p', {class: 'note'}, who))));
}

function thank() {
  const title = element('h2', {tabindex: '-1'}, 'Thank you, it is on its way.');
  document.querySelector('.bought')?.remove();
  document.querySelector('main').prepend(element('section', {class: 'bought'}, title,
    element('p', {}, 'This is a demo: nothing was charged and nobody will ring. The purchase is counted, though.')));
  title.focus();
  offerSurvey(client, {
    kind: 'nps',
    delayMs: 800,
    quietDays: 0,
    texts: {question: 'How likely are you to recommend Lamp & Linen to a friend?'},
  });
  showFlags();
}

byId('visitor').textContent = visitor;
byId('another').addEventListener('click', becomeAnother);
byId('contact').addEventListener('click', () => {
  client.track('support_contact');
  byId('contacted').textContent = 'We have been told. Thank you.';
});
byId('products').replaceChildren(...kProducts.map(card));
byId('search').addEventListener('input', search);
document.querySelector('.search').addEventListener('submit', (event) => event.preventDefault());
startCart({bought: thank});
watchExperience(client);

await client.ready;
byId('hero-picture').replaceChildren(hero());
showReviews();
showFlags();
client.onChange(showFlags);
document.documentElement.dataset.ready = '';
await watchResults();
