/** What went wrong without the page having asked: told by `onProblem`, by default to the console. */
export interface Problem {
  code: 'definitions' | 'no_unit' | 'event_too_large' | 'queue_full' | 'rejected' | 'refused';
  message: string;
}

export type OnProblem = (problem: Problem) => void;

export const toConsole: OnProblem = ({code, message}) => console.warn(`converge: ${code}: ${message}`);
