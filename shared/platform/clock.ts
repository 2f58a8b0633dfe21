/** The one source of the present moment: injected, so that a test or a simulation can hold it. */
export type Clock = () => Date;

export const systemClock: Clock = () => new Date();

/** `seconds` after `moment` as a DynamoDB TTL value (epoch seconds). */
export const expiresAfter = (moment: Date, seconds: number) => Math.floor(moment.getTime() / 1000) + seconds;

/** `seconds` after `moment`, ISO 8601 UTC. */
export const isoAfter = (moment: Date, seconds: number) => new Date(moment.getTime() + seconds * 1000).toISOString();
