package dev.nook.store.id;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nook.linux.syscall.Errno;
import dev.nook.linux.syscall.SystemCallException;
import dev.nook.store.error.StorageException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SubjectTest {
  private static final Map<Subject, String> WORDS = words();

  private static Map<Subject, String> words() {
    Map<Subject, String> words = new LinkedHashMap<>();
    words.put(
        new VolumeId("aaaaaaaa-v-aaaaaaaaaaaaaaaaaaaaaaaaaa"),
        "aaaaaaaa-v-aaaaaaaaaaaaaaaaaaaaaaaaaa");
    words.put(new SnapshotId("any text"), "any text");
    words.put(new Name("pvc-1"), "pvc-1");
    words.put(new PoolName("fast"), "pool fast");
    words.put(new Subject.PoolImage(Path.of("/pools/fast.img")), "pool image /pools/fast.img");
    words.put(new Subject.At(Path.of("/pools/fast/FORMAT")), "/pools/fast/FORMAT");
    words.put(new Subject.Device(Path.of("/dev/loop7")), "/dev/loop7");
    words.put(Subject.Part.LOOP_DEVICES, "loop devices");
    return words;
  }

  @Test
  void aMessageBeginsWithWhatItIsAbout() {
    WORDS.forEach((subject, words) -> {
      assertThat(new StorageException.NotReady(subject, "no")).hasMessage(words + ": no");
      assertThat(new StorageException.Exhausted(subject, 2, 1))
          .hasMessage(words + ": 2 bytes are needed, 1 are free");
    });
  }

  @Test
  void aFullPoolSaysWhatItsKernelSaid() {
    var met = new SystemCallException("fallocate", "/pools/fast/image", Errno.ENOSPC);

    assertThat(new StorageException.Exhausted(new PoolName("fast"), met, 2, 1))
        .hasMessageStartingWith("pool fast is full (fallocate /pools/fast/image: ")
        .hasMessageEndingWith("): 2 bytes are needed, 1 are free");
  }
}
