"""Errors of roles and rights."""

from sync.hq.errors import HqError


class RoleMissing(HqError):
    """The account has none of the roles that an act needs, or not for this programme or centre."""

    code = "hq_role_missing"
    message = "This needs the role %(role)s for this programme and centre. Nothing was changed."


class RolesExclude(HqError):
    """The account has a role that the same person must not have beside the new one."""

    code = "hq_roles_exclude"
    message = (
        "%(username)s is %(held)s, and nobody may be %(role)s as well. Withdraw that role first,"
        " or use another account."
    )


class OwnRoles(HqError):
    """Somebody tried to give a role to their own account."""

    code = "hq_own_roles"
    message = "Nobody gives a role to their own account. Ask another administrator."


class LimitUnusable(HqError):
    """A role was limited to a programme or branch in a way that this role cannot be."""

    code = "hq_limit_unusable"
    message = "The role %(role)s cannot be limited to %(what)s."


class BranchUnusable(HqError):
    """A branch that is no path such as province/city."""

    code = "hq_branch_unusable"
    message = (
        "%(branch)s is no branch. Write province, city and centre with a slash between, such as"
        " 北京/海淀, at most %(most)s characters."
    )
