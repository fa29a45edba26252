"""What roles, states, faults and notes are called on the pages of the workbench."""

from django.utils.translation import gettext_lazy as _

from chengxin.registry.accounts.rules import Role

ROLES = {
    Role.DEPARTMENT_OFFICER: _("部门经办员"),
    Role.DEPARTMENT_REVIEWER: _("部门审核员"),
    Role.CREDIT_OFFICE_OPERATOR: _("信用办经办员"),
    Role.CREDIT_OFFICE_REVIEWER: _("信用办审核员"),
    Role.AUDITOR: _("审计员"),
    Role.ADMINISTRATOR: _("管理员"),
    Role.COMPANY_REPRESENTATIVE: _("企业代表"),
    Role.RESIDENT: _("居民"),
    Role.BANK_CLERK: _("银行经办员"),
    Role.AGENCY_CLERK: _("信用服务机构经办员"),
}

# Names of faults and notes: data-standards.md section 7.
FAULTS = {
    "required": _("必填项为空"),
    "type": _("格式不对"),
    "length": _("超过长度"),
    "code-list": _("不在代码表中"),
    "pattern": _("写法不合规定"),
    "check-digit": _("代码校验不通过"),
    "date-order": _("日期先后不对"),
    "future-date": _("日期在将来"),
    "cross-field": _("字段之间矛盾"),
    "name-mismatch": _("名称与代码不符"),
    "duplicate-in-file": _("文件内重复"),
    "not-your-data": _("不属本单位提供"),
    "minor": _("未成年人信息"),
    "prohibited": _("法律禁止归集"),
    "unknown-column": _("目录中没有此列"),
}

NOTES = {
    "trimmed": _("已去掉多余空格"),
    "half-width": _("全角已改为半角"),
    "date-style": _("日期写法已统一"),
    "former-name": _("使用了曾用名"),
    "org-code-hyphen": _("组织机构代码已去掉连字符"),
    "period-differs": _("公示截止日期与规定不同"),
    "old-code-list": _("旧代码已改为现行代码"),
}

CYCLES = {
    "daily": _("每日"),
    "weekly": _("每周"),
    "monthly": _("每月"),
    "quarterly": _("每季度"),
    "yearly": _("每年"),
    "on-change": _("发生变化时"),
}

# Kinds of act in the audit log; one without a name here is shown by its code.
ACTIONS = {
    "accounts.user_created": _("新建人员"),
    "accounts.appointed": _("任命"),
    "accounts.appointment_ended": _("终止任职"),
    "accounts.signed_in": _("登录"),
    "accounts.sign_in_failed": _("登录失败"),
    "accounts.sign_in_blocked": _("登录被限制"),
    "audit.verified": _("校验审计链"),
    "reports.issued": _("出具信用报告"),
    "rest.client_created": _("开设接口客户端"),
    "rest.client_revoked": _("停用接口客户端"),
    "records.shared_read": _("查询共享信息"),
    "records.history_read": _("查询过去某一天的信息"),
    "repair.applied": _("申请信用修复"),
    "repair.withdrawal_proposed": _("拟撤销信用修复"),
    "disputes.filed": _("提出信用信息异议"),
    "disputes.answered": _("答复信用信息异议"),
    "records.suspended": _("暂停公示"),
    "records.disputed": _("标注异议"),
    "records.in-force": _("恢复记录"),
    "records.repaired": _("修复记录"),
    "records.withdrawn": _("撤销记录"),
    "casework.case_opened": _("提出事项"),
    "casework.step_taken": _("办理一步"),
    "casework.notice_sent": _("发出通知"),
    "casework.notice_read": _("通知已读"),
    "casework.deadline_settled": _("确定期限"),
    "casework.deadline_stage": _("提醒和督办"),
    "attachments.kept": _("提交附件"),
    "attachments.opened": _("下载附件"),
    "attachments.scanned": _("附件病毒检查"),
    "accounts.mandate_given": _("确认代理权"),
    "accounts.delegated": _("委托代理"),
    "accounts.delegation_ended": _("终止委托代理"),
    "accounts.invited": _("发出委托邀请"),
    "accounts.invitation_withdrawn": _("撤回委托邀请"),
    "accounts.signed_out": _("退出登录"),
    "accounts.password_accepted": _("密码正确，等待验证码"),
    "accounts.first_factor_accepted": _("登录第一步通过"),
    "accounts.second_factor_failed": _("登录第二步失败"),
    "accounts.provider_refused": _("统一身份认证登录未完成"),
    "accounts.mandate_ended": _("代理权终止"),
    "accounts.passkey_registered": _("登记通行密钥"),
    "accounts.passkey_renamed": _("通行密钥改名"),
    "accounts.passkey_removed": _("删除通行密钥"),
    "accounts.recovery_code_used": _("使用恢复码"),
    "accounts.authenticator_begun": _("开始设置身份验证器"),
    "accounts.authenticator_set": _("开启身份验证器"),
    "accounts.authenticator_removed": _("关闭身份验证器"),
    "accounts.sessions_ended": _("结束其他登录"),
    "collection.submitted": _("数据入库"),
    "collection.unreadable": _("文件读不了"),
    "collection.failed": _("处理失败"),
    "collection.layout_remembered": _("记住列的对应"),
}

STEPS = {
    "received": _("已收到，排队中"),
    "reading": _("正在读取文件"),
    "storing": _("正在逐行校验并入库"),
}
