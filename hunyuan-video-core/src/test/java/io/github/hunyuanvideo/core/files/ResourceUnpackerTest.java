package io.github.hunyuanvideo.core.files;

import static io.github.hunyuanvideo.core.files.PackedResources.MANIFEST;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.hunyuanvideo.api.HunyuanVideoException;
import io.github.hunyuanvideo.core.testing.ChildJvm;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ResourceUnpackerTest {

  private static final byte[] WEIGHTS = new byte[3 << 20];

  static {
    new Random(42).nextBytes(WEIGHTS);
  }

  @TempDir private Path folder;

  private Path cache = Path.of("");
  private URLClassLoader loader = new URLClassLoader(new URL[0]);

  @BeforeEach
  void aCacheAndAJar() throws IOException {
    cache = Files.createDirectory(folder.resolve("cache"));
    loader = demo().loader();
  }

  @AfterEach
  void closeTheJar() throws IOException {
    loader.close();
  }

  private PackedResources demo() {
    return PackedResources.in(folder)
        .with("demo/transformer/weights.pt", WEIGHTS)
        .with("demo/config.json", "{}")
        .with("demo/empty", "")
        .withManifest();
  }

  private Path unpack() {
    return ResourceUnpacker.unpack(cache, "demo", loader, MANIFEST);
  }

  private static void requireWhole(Path unpacked) {
    assertThat(unpacked.resolve("transformer/weights.pt")).hasBinaryContent(WEIGHTS);
    assertThat(unpacked.resolve("config.json")).hasContent("{}");
    assertThat(unpacked.resolve("empty")).isEmptyFile();
  }

  /** Folders and files in the cache, but for locks. */
  private List<Path> inCache() throws IOException {
    try (Stream<Path> files = Files.list(cache)) {
      return files.filter(file -> !file.toString().endsWith(".lock")).toList();
    }
  }

  @Test
  void everyFileIsThereAndNothingElseIsLeftBehind() throws IOException {
    Path unpacked = unpack();
    requireWhole(unpacked);
    assertThat(unpacked.getFileName().toString()).matches("demo-[0-9a-f]{16}");
    assertThat(inCache()).containsExactly(unpacked);
  }

  @Test
  @DisabledOnOs(value = OS.WINDOWS, disabledReason = "there are no POSIX permissions")
  void onlyThisUserCanEnter() throws IOException {
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(unpack())))
        .isEqualTo("rwx------");
  }

  @Test
  void whatIsThereAlreadyIsUsedAndNothingIsWritten() throws IOException {
    Path unpacked = unpack();
    FileTime early = FileTime.from(Instant.parse("2020-01-01T00:00:00Z"));
    Files.setLastModifiedTime(unpacked.resolve("config.json"), early);
    for (Path file : inCache()) {
      Files.setLastModifiedTime(file, early);
    }
    Files.setLastModifiedTime(cache, early);
    assertThat(unpack()).isEqualTo(unpacked);
    assertThat(Files.getLastModifiedTime(unpacked.resolve("config.json"))).isEqualTo(early);
    assertThat(Files.getLastModifiedTime(unpacked)).isEqualTo(early);
    assertThat(Files.getLastModifiedTime(cache)).isEqualTo(early);
  }

  @Test
  @DisabledOnOs(value = OS.WINDOWS, disabledReason = "there are no POSIX permissions")
  void aCacheThatCannotBeWrittenToIsEnoughIfTheFilesAreThere() throws IOException {
    Path unpacked = unpack();
    Files.delete(cache.resolve(unpacked.getFileName() + ".lock"));
    Files.setPosixFilePermissions(cache, PosixFilePermissions.fromString("r-x------"));
    try {
      assertThat(unpack()).isEqualTo(unpacked);
      requireWhole(unpacked);
      assertThat(cache.resolve(unpacked.getFileName() + ".lock")).doesNotExist();
    } finally {
      Files.setPosixFilePermissions(cache, PosixFilePermissions.fromString("rwx------"));
    }
  }

  @Test
  void anotherVersionHasAFolderOfItsOwn() throws IOException {
    Path one = unpack();
    try (URLClassLoader second = demo().with("demo/config.json", "[]").withManifest().loader()) {
      Path other = ResourceUnpacker.unpack(cache, "demo", second, MANIFEST);
      assertThat(other).isNotEqualTo(one);
      assertThat(other.resolve("config.json")).hasContent("[]");
      requireWhole(one);
    }
  }

  /** What can happen to a file on a disk. */
  enum Damage {
    TRUNCATED {
      @Override
      void doTo(Path unpacked) throws IOException {
        Files.write(unpacked.resolve("transformer/weights.pt"), new byte[1000]);
      }
    },
    ONE_BIT {
      @Override
      void doTo(Path unpacked) throws IOException {
        byte[] bytes = WEIGHTS.clone();
        bytes[1 << 20] ^= 4;
        Files.write(unpacked.resolve("transformer/weights.pt"), bytes);
      }
    },
    MISSING {
      @Override
      void doTo(Path unpacked) throws IOException {
        Files.delete(unpacked.resolve("config.json"));
      }
    },
    A_FOLDER_INSTEAD {
      @Override
      void doTo(Path unpacked) throws IOException {
        Files.delete(unpacked.resolve("config.json"));
        Files.createDirectory(unpacked.resolve("config.json"));
      }
    },
    A_FILE_INSTEAD_OF_THE_FOLDER {
      @Override
      void doTo(Path unpacked) throws IOException {
        Files.move(unpacked, unpacked.resolveSibling("moved-away"));
        Files.createFile(unpacked);
      }
    };

    abstract void doTo(Path unpacked) throws IOException;
  }

  @ParameterizedTest
  @EnumSource
  void whatWasDamagedIsUnpackedAgain(Damage damage) throws IOException {
    Path unpacked = unpack();
    damage.doTo(unpacked);
    assertThat(unpack()).isEqualTo(unpacked);
    requireWhole(unpacked);
    assertThat(inCache()).contains(unpacked).noneMatch(file -> file.toString().contains(".part-"));
  }

  @Test
  void whatAnEndedProcessLeftBehindIsRemovedAndWhatIsInTheMakingIsNot() throws IOException {
    Path unpacked = unpack();
    Path abandoned = Files.createDirectory(cache.resolve("." + unpacked.getFileName() + ".part-1"));
    Path young = Files.createDirectory(cache.resolve("." + unpacked.getFileName() + ".part-2"));
    Files.createFile(abandoned.resolve("half"));
    Files.setLastModifiedTime(abandoned, FileTime.from(Instant.now().minus(Duration.ofHours(2))));
    Files.delete(unpacked.resolve("empty"));
    requireWhole(unpack());
    assertThat(inCache()).containsExactlyInAnyOrder(unpacked, young);
  }

  @Test
  void aJarWhoseResourceIsNotWhatItsManifestSaysIsRefusedAndNothingStays() throws IOException {
    try (URLClassLoader damaged = demo().with("demo/config.json", "{!").loader()) {
      assertThatThrownBy(() -> ResourceUnpacker.unpack(cache, "demo", damaged, MANIFEST))
          .isInstanceOf(HunyuanVideoException.class)
          .hasMessageContaining("demo/config.json")
          .hasMessageContaining("get it again");
    }
    assertThat(inCache()).isEmpty();
  }

  @Test
  void aJarThatLacksAResourceIsRefusedAndNothingStays() throws IOException {
    try (URLClassLoader lacking = demo().without("demo/config.json").loader()) {
      assertThatThrownBy(() -> ResourceUnpacker.unpack(cache, "demo", lacking, MANIFEST))
          .isInstanceOf(HunyuanVideoException.class)
          .hasMessageContaining("demo/config.json")
          .hasMessageContaining("no such resource");
    }
    assertThat(inCache()).isEmpty();
  }

  @Test
  void aCacheThatIsNoFolderIsRefusedWithWhatToSet() throws IOException {
    Path file = Files.createFile(folder.resolve("a-file"));
    assertThatThrownBy(() -> ResourceUnpacker.unpack(file, "demo", loader, MANIFEST))
        .isInstanceOf(HunyuanVideoException.class)
        .hasMessageContaining(file.toString())
        .hasMessageContaining((WEIGHTS.length + 2) + " bytes")
        .hasMessageContaining("hunyuanvideo.cache");
  }

  @Test
  void aNameThatCouldBeAPathIsRefused() {
    for (String name : List.of("../demo", "a/b", "", ".demo")) {
      assertThatThrownBy(() -> ResourceUnpacker.unpack(cache, name, loader, MANIFEST))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("\"" + name + "\"");
    }
  }

  @Test
  void processesThatStartAtOnceAllFindWholeFiles() throws IOException, InterruptedException {
    String first = inTwoProcesses(demo().jar());
    assertThat(first).doesNotContain("is damaged");

    Path unpacked = unpack();
    Damage.ONE_BIT.doTo(unpacked);
    String afterDamage = inTwoProcesses(demo().jar());
    assertThat(afterDamage.lines().filter(line -> line.contains("is damaged")))
        .as("one of them mends it, and says so")
        .singleElement()
        .asString()
        .contains("WARN")
        .contains(unpacked + " is damaged, transformer/weights.pt has another SHA-256");
  }

  /** What two processes print that unpack at the same moment. */
  private String inTwoProcesses(Path jar) throws IOException, InterruptedException {
    List<ChildJvm.Running> processes = new ArrayList<>();
    Instant moment = Instant.now().plusMillis(700);
    for (int i = 0; i < 2; i++) {
      processes.add(
          new ChildJvm(folder)
              .withVariable("HUNYUANVIDEO_CACHE", cache)
              .start(UnpackProgram.class, jar, moment));
    }
    StringBuilder output = new StringBuilder();
    for (ChildJvm.Running process : processes) {
      output.append(process.finish().succeeded().out());
    }
    assertThat(inCache()).hasSize(1);
    Path unpacked = inCache().get(0);
    requireWhole(unpacked);
    assertThat(output.toString().lines().filter(unpacked.toString()::equals)).hasSize(2);
    return output.toString();
  }
}
