export type SurveyKind = 'nps' | 'csat' | 'ces';

export interface SurveyTexts {
  question: string;
  /** What the lowest and the highest score mean. */
  lowest: string;
  highest: string;
  send: string;
  close: string;
  thanks: string;
  /** Name of the region that holds the survey. */
  region: string;
  /** Said to screen readers when the survey appears, before the question. */
  announcement: string;
}

interface SurveyScale {
  from: number;
  to: number;
  texts: Pick<SurveyTexts, 'question' | 'lowest' | 'highest'>;
  /** What a score adds to the figure: the figure is the mean of these over the answers. */
  points: (score: number) => number;
}

export const kScales: Record<SurveyKind, SurveyScale> = {
  nps: {
    from: 0,
    to: 10,
    texts: {
      question: 'How likely are you to recommend us to a friend or colleague?',
      lowest: 'not at all likely',
      highest: 'extremely likely',
    },
    points: (score) => (score >= 9 ? 100 : score >= 7 ? 0 : -100),
  },
  csat: {
    from: 1,
    to: 5,
    texts: {question: 'How satisfied are you?', lowest: 'very dissatisfied', highest: 'very satisfied'},
    points: (score) => (score >= 4 ? 100 : 0),
  },
  ces: {
    from: 1,
    to: 7,
    texts: {question: 'It was easy to do what I came for.', lowest: 'strongly disagree', highest: 'strongly agree'},
    points: (score) => score,
  },
};

export const kTexts = {
  send: 'Send',
  close: 'Close the survey',
  thanks: 'Thank you for your answer.',
  region: 'Survey',
  announcement: 'A survey at the end of this page:',
};
