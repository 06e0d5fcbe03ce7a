/** The most memory this process has had resident, in KiB. */
export declare function peakRssKiB(): number;
