package io.github.hunyuanvideo.core.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.hunyuanvideo.api.HunyuanVideoException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class UnpackFolderTest {

  private static final String USUAL = ".loader/cache";

  @TempDir private Path folder;

  private final Map<String, String> properties = new HashMap<>();
  private final Map<String, String> environment = new HashMap<>();
  private Path home = Path.of("");
  private Path ofThisUser = Path.of("");

  @BeforeEach
  void aLinuxUserWithAHomeFolder() throws IOException {
    home = Files.createDirectory(folder.resolve("home"));
    Path temporary = Files.createDirectory(folder.resolve("tmp"));
    ofThisUser = temporary.resolve("hunyuan-video-jane");
    properties.put("user.home", home.toString());
    properties.put("user.name", "jane");
    properties.put("java.io.tmpdir", temporary.toString());
    properties.put("os.name", "Linux");
  }

  private UnpackFolder unpackFolder() {
    return new UnpackFolder(properties::get, environment::get);
  }

  @Test
  void thePropertyWinsOverTheVariableWhichWinsOverTheHomeFolder() {
    environment.put("HUNYUANVIDEO_CACHE", folder.resolve("variable").toString());
    assertThat(unpackFolder().resources()).isEqualTo(folder.resolve("variable")).isDirectory();
    assertThat(unpackFolder().natives("loader", USUAL))
        .contains(folder.resolve("variable").resolve("loader"));

    properties.put("hunyuanvideo.cache", folder.resolve("property/deep").toString());
    assertThat(unpackFolder().resources()).isEqualTo(folder.resolve("property/deep")).isDirectory();
    assertThat(unpackFolder().natives("loader", USUAL))
        .contains(folder.resolve("property/deep/loader"));
    assertThat(home).isEmptyDirectory();
    assertThat(ofThisUser).doesNotExist();
  }

  @Test
  void whatIsSetToNothingIsNotSet() {
    properties.put("hunyuanvideo.cache", "");
    environment.put("HUNYUANVIDEO_CACHE", " ");
    assertThat(unpackFolder().resources()).isEqualTo(home.resolve(".cache/hunyuan-video"));
  }

  @Test
  void leftToThemselvesResourcesGoToTheUsersCachesAndNativesWhereTheirLoadersPutThem() {
    assertThat(unpackFolder().resources())
        .isEqualTo(home.resolve(".cache/hunyuan-video"))
        .isDirectory();
    assertThat(unpackFolder().natives("loader", USUAL)).isEmpty();
    assertThat(ofThisUser).doesNotExist();
  }

  @Test
  void everySystemHasItsOwnPlaceForCaches() {
    environment.put("XDG_CACHE_HOME", folder.resolve("xdg").toString());
    environment.put("LOCALAPPDATA", folder.resolve("local").toString());
    assertThat(unpackFolder().resources()).isEqualTo(folder.resolve("xdg/hunyuan-video"));
    properties.put("os.name", "Mac OS X");
    assertThat(unpackFolder().resources()).isEqualTo(home.resolve("Library/Caches/hunyuan-video"));
    properties.put("os.name", "Windows 11");
    assertThat(unpackFolder().resources()).isEqualTo(folder.resolve("local/hunyuan-video"));
  }

  @Test
  void withoutAHomeFolderEverythingGoesToAFolderOfThisUserAlone() throws IOException {
    properties.put("user.home", folder.resolve("no-home").toString());
    assertThat(unpackFolder().resources()).isEqualTo(ofThisUser);
    assertThat(unpackFolder().natives("loader", USUAL)).contains(ofThisUser.resolve("loader"));
    assertThat(permissions(ofThisUser)).isEqualTo("rwx------");
    assertThat(folder.resolve("no-home")).doesNotExist();
  }

  /** So Java says in a container whose user has no entry in the list of users. */
  @Test
  void aHomeFolderNamedByAQuestionMarkIsNone() {
    properties.put("user.home", "?");
    properties.put("user.name", "?");
    assertThat(unpackFolder().resources())
        .isEqualTo(ofThisUser.resolveSibling("hunyuan-video-_"))
        .isDirectory();
    assertThat(Path.of("?")).doesNotExist();
  }

  @Test
  void aHomeFolderInWhichNothingCanBeMadeIsNone() throws IOException {
    Files.createFile(home.resolve(".cache"));
    Files.createFile(home.resolve(".loader"));
    assertThat(unpackFolder().resources()).isEqualTo(ofThisUser);
    assertThat(unpackFolder().natives("loader", USUAL)).contains(ofThisUser.resolve("loader"));

    properties.put("user.home", Files.createFile(folder.resolve("a-file")).toString());
    assertThat(unpackFolder().resources()).isEqualTo(ofThisUser);
    assertThat(unpackFolder().natives("loader", USUAL)).contains(ofThisUser.resolve("loader"));
  }

  @Test
  void aChosenFolderThatCannotBeIsRefusedByNameWithTheSettingsThatHelp() throws IOException {
    Path file = Files.createFile(folder.resolve("a-file"));
    for (Path wrong : new Path[] {file, file.resolve("below")}) {
      properties.put("hunyuanvideo.cache", wrong.toString());
      assertThatThrownBy(() -> unpackFolder().resources())
          .isInstanceOf(HunyuanVideoException.class)
          .hasMessageContaining(wrong.toString())
          .hasMessageContaining("hunyuanvideo.cache")
          .hasMessageContaining("HUNYUANVIDEO_CACHE");
    }
    properties.put("hunyuanvideo.cache", "a\0b");
    assertThatThrownBy(() -> unpackFolder().resources())
        .isInstanceOf(HunyuanVideoException.class)
        .hasMessageContaining("hunyuanvideo.cache");
  }

  @Test
  void withoutAnyPlaceTheMessageSaysWhatToSet() {
    properties.put("user.home", folder.resolve("no-home").toString());
    properties.put("java.io.tmpdir", folder.resolve("gone").toString());
    assertThatThrownBy(() -> unpackFolder().resources())
        .isInstanceOf(HunyuanVideoException.class)
        .hasMessageContaining(folder.resolve("gone").toString())
        .hasMessageContaining("hunyuanvideo.cache")
        .hasMessageContaining("HUNYUANVIDEO_CACHE");
  }

  @Test
  @DisabledOnOs(value = OS.WINDOWS, disabledReason = "there are no POSIX permissions")
  void aTemporaryFolderThatOthersCanWriteToIsRefused() throws IOException {
    properties.put("user.home", folder.resolve("no-home").toString());
    Files.createDirectory(ofThisUser);
    for (String open : new String[] {"rwxrwx---", "rwx---rwx"}) {
      Files.setPosixFilePermissions(ofThisUser, PosixFilePermissions.fromString(open));
      assertThatThrownBy(() -> unpackFolder().resources())
          .isInstanceOf(HunyuanVideoException.class)
          .hasMessageContaining(ofThisUser + ", but it can be written to by others")
          .hasMessageContaining("hunyuanvideo.cache");
    }
    Files.setPosixFilePermissions(ofThisUser, PosixFilePermissions.fromString("rwxr-xr-x"));
    assertThat(unpackFolder().resources()).isEqualTo(ofThisUser).isEmptyDirectory();
  }

  @Test
  @DisabledOnOs(value = OS.WINDOWS, disabledReason = "making a symbolic link needs a privilege")
  void aTemporaryFolderThatIsALinkIsRefused() throws IOException {
    properties.put("user.home", folder.resolve("no-home").toString());
    Files.createSymbolicLink(ofThisUser, Files.createDirectory(folder.resolve("elsewhere")));
    assertThatThrownBy(() -> unpackFolder().resources())
        .isInstanceOf(HunyuanVideoException.class)
        .hasMessageContaining("is a link or a file");
  }

  @Test
  @DisabledOnOs(
      value = OS.WINDOWS,
      disabledReason = "no user of another number can own a folder there")
  void aTemporaryFolderOfAnotherUserIsRefused() throws IOException {
    properties.put("user.home", folder.resolve("no-home").toString());
    Files.createDirectory(ofThisUser);
    Files.setPosixFilePermissions(ofThisUser, PosixFilePermissions.fromString("rwx------"));
    assumeTrue(
        givenAway(ofThisUser), "only an administrator can make a folder that is another user's");
    assertThatThrownBy(() -> unpackFolder().resources())
        .isInstanceOf(HunyuanVideoException.class)
        .hasMessageContaining("belongs to ");
  }

  private static boolean givenAway(Path folder) {
    try {
      Files.setAttribute(folder, "unix:uid", 12345);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private static String permissions(Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }
}
