package dev.nook.store.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nook.linux.process.Command;
import dev.nook.linux.process.Processes;
import dev.nook.store.ground.Ground;
import dev.nook.store.ground.RealGrounds;
import dev.nook.store.volume.Volume;
import dev.nook.testing.real.RealKernel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@RealKernel
class TemplatesOnRealKernelIT extends TemplateContract {
  private static final Pattern HASH_SEED = Pattern.compile("Directory Hash Seed: +([0-9a-f-]+)");

  @TempDir Path root;

  @Override
  protected Ground ground() throws IOException {
    return RealGrounds.LOOP_ON_XFS.on(root);
  }

  @Test
  void volumesOfOneTemplateAreUsedSideBySideAndStaySound() throws Exception {
    List<Volume> volumes = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      volumes.add(create("volume-" + i));
    }
    assertThat(formats()).isEqualTo(1);
    List<Path> shown = new ArrayList<>();
    for (Volume volume : volumes) {
      shown.add(shown(volume.id()));
    }

    for (int i = 0; i < 400; i++) {
      for (int v = 0; v < shown.size(); v++) {
        Files.writeString(shown.get(v).resolve("file-" + i), "volume-" + v);
      }
    }

    List<String> seeds = new ArrayList<>();
    for (int v = 0; v < shown.size(); v++) {
      assertThat(Files.readString(shown.get(v).resolve("file-399"))).isEqualTo("volume-" + v);
      hidden(volumes.get(v).id(), shown.get(v));
      String image = home(volumes.get(v).id()).image().toString();
      Processes.run(Command.of("e2fsck", "-f", "-n", image));
      seeds.add(seed(Processes.run(Command.of("dumpe2fs", "-h", image)).out()));
    }
    assertThat(seeds).doesNotHaveDuplicates();
  }

  private static String seed(String shown) {
    Matcher seed = HASH_SEED.matcher(shown);
    assertThat(seed.find()).as(shown).isTrue();
    return seed.group(1);
  }

  @Test
  void aVolumeFromATemplateIsCleanBeforeItIsMounted() throws Exception {
    create("first");
    Volume second = create("second");

    String image = home(second.id()).image().toString();
    Processes.run(Command.of("e2fsck", "-f", "-n", image));
    assertThat(linux.disk().extents(home(second.id()).image())).isLessThan(100);
  }
}
