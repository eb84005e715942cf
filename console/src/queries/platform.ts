// SPDX-License-Identifier: Apache-2.0

import { useQuery } from '@tanstack/react-query';

import { getDoctor, getPlatform } from '../api/platform';
import { keys } from './keys';

export const usePlatform = () => useQuery({ queryKey: keys.platform, queryFn: getPlatform, refetchInterval: 5_000 });

export const useDoctor = () => useQuery({ queryKey: keys.doctor, queryFn: getDoctor });
