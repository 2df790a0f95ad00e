package io.github.hunyuanvideo.core.checkpoint;

import static io.github.hunyuanvideo.core.checkpoint.HostileFiles.REMEDY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.hunyuanvideo.api.CheckpointException;
import io.github.hunyuanvideo.api.MissingCheckpointFileException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TensorFileTest {

  private static final FileTime BEFORE = FileTime.fromMillis(1_700_000_000_000L);

  @TempDir private Path folder;
  private Path path = Path.of("");
  private TensorFile file = new TensorFile(path, 0, BEFORE);

  @BeforeEach
  void open() throws IOException {
    path = Files.write(folder.resolve("weights"), new byte[8]);
    Files.setLastModifiedTime(path, BEFORE);
    file = TensorFile.of(path, REMEDY);
  }

  @Test
  void aFileThatIsAsItWasMayBeUsed() {
    assertThat(file.size()).isEqualTo(8);
    assertThatCode(file::requireUnchanged).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 7, 9})
  void aFileOfAnotherSizeMayNotBeUsed(int size) throws IOException {
    Files.write(path, new byte[size]);
    Files.setLastModifiedTime(path, BEFORE);
    assertThatThrownBy(file::requireUnchanged)
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("changed since it was opened")
        .hasMessageContaining("it had 8 bytes")
        .hasMessageContaining("now " + size);
  }

  @Test
  void aFileOfAnotherTimeMayNotBeUsed() throws IOException {
    Files.setLastModifiedTime(path, FileTime.fromMillis(BEFORE.toMillis() + 1000));
    assertThatThrownBy(file::requireUnchanged)
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("changed since it was opened")
        .hasMessageContaining("Open the checkpoint again");
  }

  @Test
  void aFileThatIsGoneMayNotBeUsed() throws IOException {
    Files.delete(path);
    assertThatThrownBy(file::requireUnchanged)
        .isInstanceOf(MissingCheckpointFileException.class)
        .hasMessageContaining("It was there when it was opened");
  }

  @Test
  void aLinkStandsForItsFile() throws IOException {
    Path link = Files.createSymbolicLink(folder.resolve("link"), path);
    TensorFile linked = TensorFile.of(link, REMEDY);
    assertThat(linked.size()).isEqualTo(8);
    Files.delete(path);
    assertThatThrownBy(linked::requireUnchanged).isInstanceOf(MissingCheckpointFileException.class);
  }

  @Test
  void whatIsNoFileIsRefused() throws IOException {
    assertThatThrownBy(() -> TensorFile.of(folder, REMEDY))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("no regular file");
    Path loop = folder.resolve("loop");
    Files.createSymbolicLink(loop, loop);
    assertThatThrownBy(() -> TensorFile.of(loop, REMEDY))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("cannot be looked at");
  }
}
