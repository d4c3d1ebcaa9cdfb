# The formula for Homebrew; scripts/release --finish writes version, addresses and checksums into it.
class Dockerlab < Formula
  desc "Interactive workbook for learning and teaching Docker"
  homepage "{{home}}"
  version "{{version}}"
  license "MIT"

  on_macos do
    on_arm do
      url "{{base}}/dockerlab-aarch64-apple-darwin.tar.gz"
      sha256 "{{sha256 dockerlab-aarch64-apple-darwin.tar.gz}}"
    end
    on_intel do
      url "{{base}}/dockerlab-x86_64-apple-darwin.tar.gz"
      sha256 "{{sha256 dockerlab-x86_64-apple-darwin.tar.gz}}"
    end
  end
  on_linux do
    on_arm do
      url "{{base}}/dockerlab-aarch64-unknown-linux-gnu.tar.gz"
      sha256 "{{sha256 dockerlab-aarch64-unknown-linux-gnu.tar.gz}}"
    end
    on_intel do
      url "{{base}}/dockerlab-x86_64-unknown-linux-gnu.tar.gz"
      sha256 "{{sha256 dockerlab-x86_64-unknown-linux-gnu.tar.gz}}"
    end
  end

  def install
    bin.install "dockerlab"
    man1.install Dir["man/*.1"]
    bash_completion.install "completions/dockerlab.bash" => "dockerlab"
    fish_completion.install "completions/dockerlab.fish"
    zsh_completion.install "completions/dockerlab.zsh" => "_dockerlab"
  end

  test do
    assert_match version.to_s, shell_output("#{bin}/dockerlab --version")
  end
end
