package dev.nook.trust;

class MemoryAuthoritiesTest extends AuthorityStoreContract {
  private final MemoryAuthorities store = new MemoryAuthorities();

  @Override
  AuthorityStore store() {
    return store;
  }

  @Override
  String published() {
    return store.published();
  }
}
