// SPDX-License-Identifier: Apache-2.0

import { FormSelect, FormSelectOption } from '@patternfly/react-core';
import { useSearchParams } from 'react-router';

interface Props {
  /** By what: the parameter in the address. */
  name: string;
  label: string;
  /** Nothing is left out. */
  all: string;
  /** The words of the values that there may be. */
  options: Partial<Record<string, string>>;
}

/** Leaves one kind of row in a list. What was chosen is in the address, and `useFilter` reads it. */
export function Filter({ name, label, all, options }: Props) {
  const [search, setSearch] = useSearchParams();
  const choose = (value: string) =>
    setSearch((old) => {
      const next = new URLSearchParams(old);
      next.delete('from');
      if (value) next.set(name, value);
      else next.delete(name);
      return next;
    });
  return (
    <FormSelect className="b4a-filter" aria-label={label} value={search.get(name) ?? ''} onChange={(_, v) => choose(v)}>
      <FormSelectOption value="" label={all} />
      {Object.entries(options).map(([value, text]) => (
        <FormSelectOption key={value} value={value} label={text ?? value} />
      ))}
    </FormSelect>
  );
}
