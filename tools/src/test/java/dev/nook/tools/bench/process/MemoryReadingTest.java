package dev.nook.tools.bench.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nook.tools.bench.process.MemoryReading.Resident;
import org.junit.jupiter.api.Test;

class MemoryReadingTest {
  private static final String HEAP =
      """
      DefNew     total 5568K, used 3044K [0xf8000000, 0xf8600000, 0xf8600000)
       eden space 4992K,  60% used [0xf8000000, 0xf82ede68, 0xf84e0000)
      Tenured    total 9216K, used 9071K [0xf8600000, 0xf8f00000, 0x100000000)
       the  space 9216K,  98% used [0xf8600000, 0xf8edbf98, 0xf8f00000)
      Metaspace       used 2517K, committed 2816K, reserved 1114112K
       class space    used 415K, committed 512K, reserved 1048576K
      """;
  private static final String CODE =
      "CodeCache: size=49152Kb used=4593Kb max_used=4593Kb free=44558Kb\n";
  private static final String TRACKED =
      """
      Total: reserved=1365064KB, committed=72656KB
             malloc: 6720KB #32309, peak=10120KB #21536
      -                    Thread (reserved=14052KB, committed=2328KB)
                                  (threads #25)
      -                     Other (reserved=54KB, committed=54KB)
                                  (malloc=54KB tag=Other #11) (at peak)
      """;
  private static final String SYSTEM_MAP =
      """
      from               to                 vsize prot rss hugetlb pgsz notes info file
      0x0000000000001000-0x0000000000003000 8192 rw-p 8192 0 4K com CDS /opt/nook/nook.jsa
      0x0000000000003000-0x0000000000005000 8192 rw-p 4096 0 4K com JAVAHEAP -
      0x0000000000005000-0x0000000000006000 4096 rw-p 4096 0 4K com STACK-12-nook-call-1 -
      0x0000000000006000-0x0000000000007000 4096 rw-p 4096 0 4K - - -
      0x0000000000007000-0x0000000000008000 4096 r-xp 4096 0 4K com - /lib/server/libjvm.so
      0x0000000000008000-0x0000000000009000 4096 r--p 4096 0 4K com - /usr/lib/locale/LC_TIME
      """;
  private static final String SMAPS =
      """
      00001000-00003000 rw-p 00000000 00:1b 7 /opt/nook/nook.jsa
      Rss:                   8 kB
      Pss:                   6 kB
      Anonymous:             4 kB
      VmFlags: rd wr
      00003000-00005000 rw-p 00000000 00:00 0
      Rss:                   4 kB
      Pss:                   4 kB
      Anonymous:             4 kB
      VmFlags: rd wr
      00004000-00005000 rw-p 00000000 00:00 0
      Rss:                   4 kB
      Pss:                   4 kB
      Anonymous:             4 kB
      VmFlags: rd wr
      00005000-00006000 rw-p 00000000 00:00 0
      Rss:                   4 kB
      Pss:                   4 kB
      Anonymous:             4 kB
      VmFlags: rd wr
      00006000-00007000 rw-p 00000000 00:00 0
      Rss:                   4 kB
      Pss:                   4 kB
      Anonymous:             4 kB
      VmFlags: rd wr
      00007000-00008000 r-xp 00000000 00:1b 9 /lib/server/libjvm.so
      Rss:                   4 kB
      Pss:                   1 kB
      Anonymous:             0 kB
      VmFlags: rd ex
      00008000-00009000 r--p 00000000 00:1b 8 /usr/lib/locale/LC_TIME
      Rss:                   4 kB
      Pss:                   1 kB
      Anonymous:             0 kB
      VmFlags: rd
      """;

  private final MemoryReading reading =
      MemoryReading.of(
          SYSTEM_MAP, ProcessStatus.mappings(SMAPS.lines()), JvmFigures.of(HEAP, CODE, TRACKED));

  @Test
  void everyMappingIsOfOneKindAndTheKindsAddUp() {
    assertThat(reading.of(MemoryKind.ARCHIVE)).isEqualTo(resident(8, 6, 4));
    assertThat(reading.of(MemoryKind.STACKS)).isEqualTo(resident(4, 4, 4));
    assertThat(reading.of(MemoryKind.MALLOC)).isEqualTo(resident(4, 4, 4));
    assertThat(reading.of(MemoryKind.LIBRARIES)).isEqualTo(resident(4, 1, 0));
    assertThat(reading.of(MemoryKind.OTHER)).isEqualTo(resident(4, 1, 0));
    assertThat(reading.total(Resident::rss)).isEqualTo(32 << 10);
    assertThat(reading.total(Resident::anonymous)).isEqualTo(20 << 10);
  }

  @Test
  void aMappingThatWasSplitMeanwhileIsOfTheKindOfTheWhole() {
    assertThat(reading.of(MemoryKind.HEAP)).isEqualTo(resident(8, 8, 8));
  }

  @Test
  void whatTheJvmCountsIsInBytes() {
    assertThat(reading.figures())
        .isEqualTo(
            new JvmFigures(
                25,
                (3044 + 9071) << 10,
                (5568 + 9216) << 10,
                2517 << 10,
                4593 << 10,
                6720 << 10,
                54 << 10));
  }

  private static Resident resident(long rss, long pss, long anonymous) {
    return new Resident(rss << 10, pss << 10, anonymous << 10);
  }
}
