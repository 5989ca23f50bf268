// What the shop sells. Pictures are drawn: a background, and paths on a field of 100 x 80.
export const kProducts = [
  {
    id: 'paper-lamp', name: 'Paper lamp', price: 4900, words: 'light bedroom', sky: '#f6dfa6',
    shapes: [['#fffaf0', 'M30 18h40l10 30H20z'], ['#c8923a', 'M48 48h4v18h-4z'], ['#7a5a2b', 'M36 66h28v5H36z']],
  },
  {
    id: 'linen-throw', name: 'Linen throw', price: 7900, words: 'blanket sofa bedroom', sky: '#d9e2ec',
    shapes: [['#7b93ad', 'M22 22h56v12H22z'], ['#9fb3c8', 'M22 34h56v12H22z'], ['#bcccdc', 'M22 46h56v12H22z'], ['#627d98', 'M22 58h56v4H22z']],
  },
  {
    id: 'tea-cup', name: 'Stoneware cup', price: 1850, words: 'mug tea coffee kitchen', sky: '#dce8dd',
    shapes: [['#4f7a5b', 'M30 26h34v26a12 12 0 0 1-12 12H42a12 12 0 0 1-12-12z'], ['#4f7a5b', 'M64 31h6a9 9 0 0 1 0 20h-6v-6h5a4 4 0 0 0 0-8h-5z'],
      ['#35563f', 'M24 66h48v4H24z']],
  },
  {
    id: 'fern', name: 'Fern in a pot', price: 2400, words: 'plant green', sky: '#e6efd9',
    shapes: [['#5d8a3a', 'M50 50C30 48 24 34 26 22c14 2 22 12 24 28z'], ['#78a84f', 'M50 50c20-2 26-16 24-28-14 2-22 12-24 28z'],
      ['#46702a', 'M50 50c-6-14-4-28 0-36 4 8 6 22 0 36z'], ['#b5653c', 'M36 50h28l-4 20H40z']],
  },
  {
    id: 'wall-clock', name: 'Wall clock', price: 5600, words: 'time kitchen', sky: '#f3ddd3',
    shapes: [['#b04a2f', 'M50 12a28 28 0 1 1 0 56 28 28 0 0 1 0-56z'], ['#fffaf0', 'M50 17a23 23 0 1 1 0 46 23 23 0 0 1 0-46z'],
      ['#3b2a23', 'M49 24h2v16l11 7-1 2-12-8z']],
  },
  {
    id: 'notebook', name: 'Bound notebook', price: 1490, words: 'paper book writing', sky: '#e4dcf0',
    shapes: [['#5b3f8c', 'M30 14h42v54H30z'], ['#432d6b', 'M30 14h7v54h-7z'], ['#efe9f7', 'M46 26h18v9H46z']],
  },
];

export const kReviews = [
  {stars: 5, text: 'The lamp makes the whole room softer. I bought a second one.', who: 'Ida, Malmö'},
  {stars: 4, text: 'Arrived on the second day, wrapped in paper only.', who: 'Jonas, Kiel'},
  {stars: 5, text: 'My mornings belong to the stoneware cup now.', who: 'Claire, Lyon'},
];

export const money = (cents) => new Intl.NumberFormat('en', {style: 'currency', currency: 'EUR'}).format(cents / 100);
