/** So many sensors one live stream tells of at most. */
export const MOST_SENSORS = 300;
