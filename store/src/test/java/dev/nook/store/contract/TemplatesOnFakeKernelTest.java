package dev.nook.store.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nook.linux.Linux;
import dev.nook.linux.fs.Disk;
import dev.nook.linux.syscall.Errno;
import dev.nook.linux.syscall.SystemCallException;
import dev.nook.store.ground.Driver;
import dev.nook.store.ground.FakeGround;
import dev.nook.store.ground.FakeGrounds;
import dev.nook.store.ground.Ground;
import dev.nook.store.ground.InMemory;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TemplatesOnFakeKernelTest extends TemplateContract {
  @TempDir(factory = InMemory.class)
  Path root;

  @Override
  protected Ground ground() throws IOException {
    return FakeGrounds.LOOP_ON_A_FILESYSTEM_WITH_REFLINK.on(root);
  }

  @Test
  void aTemplateIsNotUsedOnceItsToolWasReplaced() throws Exception {
    create("first");
    ((FakeGround) ground).kernel().upgradeTools();

    create("second");
    create("third");

    assertThat(formats()).isEqualTo(2);
  }

  @Test
  void aPoolThatCannotShareBlocksIsAskedOnce() throws Exception {
    AtomicInteger asked = new AtomicInteger();
    store.close();
    Linux real = linux;
    store = Driver.started(real.with(notSharing(real.disk(), asked)), ground.pool());

    create("first");
    create("second");
    create("third");

    assertThat(asked).hasValue(1);
    assertThat(templates()).isEmpty();
  }

  private static Disk notSharing(Disk real, AtomicInteger asked) {
    return (Disk)
        Proxy.newProxyInstance(
            Disk.class.getClassLoader(),
            new Class<?>[] {Disk.class},
            (_, method, arguments) -> {
              if (method.getName().equals("reflink")) {
                asked.incrementAndGet();
                throw new SystemCallException("FICLONE", "image", Errno.EOPNOTSUPP);
              }
              try {
                return method.invoke(real, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }
}
