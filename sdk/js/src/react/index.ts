// Flags in React components. The client is made by the page, so that this adds nothing of it.
import {createContext, createElement, useContext, useEffect, useSyncExternalStore, type ReactNode} from 'react';

import type {AnyClient, Widened} from '../client';

const Context = createContext<AnyClient | null>(null);

export function ConvergeProvider({client, children}: {client: AnyClient; children?: ReactNode}) {
  return createElement(Context.Provider, {value: client}, children);
}

export function useConverge(): AnyClient {
  const client = useContext(Context);
  if (!client) throw new Error('converge: useFlag and useConverge need a <ConvergeProvider client={...}> around them');
  return client;
}

/** The value, and again whenever it changes. The exposure is when the component is shown, not when React tries it out. */
export function useFlag<T>(key: string, fallback: T): Widened<T> {
  const client = useConverge();
  const valueNow = () => client.details(key, fallback).value;
  const value = useSyncExternalStore(client.onChange, valueNow, valueNow);
  useEffect(() => void client.flag(key, fallback));
  return value as Widened<T>;
}
