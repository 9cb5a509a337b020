"""What a client's server is told of a request that has ended: never what stands in the documents."""
