"""Tables that every output shares: columns, csv, digests, ranks, accounts."""
