"""A suite of requests that exclude or limit: whether answers break what was asked of them."""
